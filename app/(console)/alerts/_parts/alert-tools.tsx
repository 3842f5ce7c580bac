'use client';

import { SearchField, Select } from '../../../_ui/field.tsx';
import { LeftOut, Narrowed } from '../../../_ui/narrowed.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { kindNames } from '../../../_ui/words.ts';
import { narrowings, statusFilterNames, statusFilters, type useAlertFilter } from './alert-filter.ts';

/** Search, status, kind, and what the reader narrowed the list to by clicking a value. */
export function AlertTools({ filter }: { filter: ReturnType<typeof useAlertFilter> }) {
  const { state, change } = filter;
  const options = statusFilters.map((value) => ({ value, label: statusFilterNames[value] }));
  return (
    <>
      <SearchField
        label="Search alerts"
        value={state.text ?? ''}
        onChange={(text) => change({ text: text || null })}
      />
      <span className="max-lg:hidden">
        <Segmented
          label="Status"
          value={state.status}
          options={options}
          onChange={(status) => change({ status })}
        />
      </span>
      <Select
        aria-label="Status"
        className="lg:hidden"
        value={state.status}
        onChange={({ target }) =>
          change({ status: statusFilters.find((status) => status === target.value) ?? 'open' })
        }
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Kind of finding"
        value={state.kind ?? ''}
        onChange={({ target }) => change({ kind: target.value || null })}
      >
        <option value="">Every kind</option>
        {Object.entries(kindNames).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </Select>
      {narrowings.map((name) => {
        const value = state[name];
        return value === null ? null : (
          <Narrowed key={name} text={value} onClear={() => change({ [name]: null })} />
        );
      })}
      <LeftOut values={filter.without} onChange={filter.setWithout} />
    </>
  );
}
