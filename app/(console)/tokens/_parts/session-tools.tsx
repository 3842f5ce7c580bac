'use client';

import type { SessionSummary } from '../../../../lib/contract/sessions.ts';
import { SearchField, Select } from '../../../_ui/field.tsx';
import { LeftOut, Narrowed } from '../../../_ui/narrowed.tsx';
import {
  holderKinds,
  type Narrowing,
  narrowings,
  riskFilters,
  statusFilters,
  unusedFilters,
  type useSessionFilter,
} from './session-filter.ts';
import { statusFilterNames } from './session-words.ts';

const holderPlurals = { operator: 'Operators', user: 'People', client: 'Machines' };
const riskNames = { '20': 'Risk 20 or more', '40': 'Risk 40 or more', '70': 'Risk 70 or more' };
const unusedNames = { '1h': 'Unused for 1 hour', '1d': 'Unused for 1 day', '3d': 'Unused for 3 days' };

interface SessionToolsProps {
  filter: ReturnType<typeof useSessionFilter>;
  /** At hand, to call by name what the URL only knows by its id. */
  rows: readonly SessionSummary[] | undefined;
}

/** Search, state, holder, risk, rest, and what the reader narrowed the list to by clicking a value. */
export function SessionTools({ filter, rows }: SessionToolsProps) {
  const { state, change } = filter;
  return (
    <>
      <SearchField
        label="Search name, address, browser"
        value={state.text ?? ''}
        onChange={(text) => change({ text: text || null })}
      />
      <Choice
        label="State"
        value={state.status}
        values={statusFilters}
        names={statusFilterNames}
        onChange={(status) => change({ status })}
      />
      <Choice
        label="Held by"
        value={state.holder}
        values={holderKinds}
        names={holderPlurals}
        none="Everyone"
        onChange={(holder) => change({ holder })}
      />
      <Choice
        label="Risk"
        value={state.risk}
        values={riskFilters}
        names={riskNames}
        none="Any risk"
        onChange={(risk) => change({ risk })}
      />
      <Choice
        label="Last use"
        value={state.unused}
        values={unusedFilters}
        names={unusedNames}
        none="Any last use"
        onChange={(unused) => change({ unused })}
      />
      {narrowings.map((name) => {
        const value = state[name];
        return value === null ? null : (
          <Narrowed
            key={name}
            text={narrowedTo(name, value, rows)}
            onClear={() => change({ [name]: null })}
          />
        );
      })}
      <LeftOut values={filter.without} onChange={filter.setWithout} />
    </>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T | null;
  values: readonly T[];
  names: Record<T, string>;
  /** What no choice is called; left out where one always holds. */
  none?: string;
  onChange: (value: T | null) => void;
}

function Choice<T extends string>({ label, value, values, names, none, onChange }: ChoiceProps<T>) {
  return (
    <Select
      aria-label={label}
      className="max-sm:min-w-[calc(50%-0.25rem)] max-sm:flex-1"
      value={value ?? ''}
      onChange={({ target }) => onChange(values.find((known) => known === target.value) ?? null)}
    >
      {none !== undefined && <option value="">{none}</option>}
      {values.map((known) => (
        <option key={known} value={known}>
          {names[known]}
        </option>
      ))}
    </Select>
  );
}

export function narrowedTo(name: Narrowing, id: string, rows: readonly SessionSummary[] | undefined): string {
  if (name === 'address') return id;
  for (const { holder, client, device } of rows ?? []) {
    const named = [holder, client, device].find((thing) => thing?.id === id);
    if (named !== undefined) return named.name;
  }
  return id;
}
