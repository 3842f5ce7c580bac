'use client';

import { SearchField, Select } from '../../../_ui/field.tsx';
import { LeftOut, Narrowed } from '../../../_ui/narrowed.tsx';
import { actionText, actorText, nouns } from './action-words.ts';
import { type Narrowing, narrowings, outcomeFilters, sinces, type useAuditFilter } from './audit-filter.ts';

const outcomeNames = { all: 'Done or refused', done: 'Done', refused: 'Refused' };
const sinceNames = {
  '1h': 'The last hour',
  '24h': 'The last day',
  '7d': 'The last 7 days',
  '30d': 'The last 30 days',
};

interface AuditToolsProps {
  filter: ReturnType<typeof useAuditFilter>;
  /** Names of operators whose id the filter holds. */
  nameOf: (actor: string) => string | undefined;
}

/** Search, noun, outcome, time, and what the reader narrowed the list to by clicking a value. */
export function AuditTools({ filter, nameOf }: AuditToolsProps) {
  const { state, change } = filter;
  return (
    <>
      <SearchField
        label="Search the log"
        value={state.text ?? ''}
        onChange={(text) => change({ text: text || null })}
      />
      <Select
        aria-label="About"
        value={state.action !== null && state.action in nouns ? state.action : ''}
        onChange={({ target }) => change({ action: target.value || null })}
      >
        <option value="">Everything</option>
        {Object.entries(nouns).map(([noun, name]) => (
          <option key={noun} value={noun}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Outcome"
        value={state.outcome}
        onChange={({ target }) =>
          change({ outcome: outcomeFilters.find((outcome) => outcome === target.value) ?? null })
        }
      >
        {outcomeFilters.map((outcome) => (
          <option key={outcome} value={outcome}>
            {outcomeNames[outcome]}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Time"
        value={state.since ?? ''}
        onChange={({ target }) =>
          change({ since: sinces.find((since) => since === target.value) ?? null, from: null, to: null })
        }
      >
        <option value="">Any time</option>
        {sinces.map((since) => (
          <option key={since} value={since}>
            {sinceNames[since]}
          </option>
        ))}
      </Select>
      {narrowings.map((name) => {
        const value = state[name];
        // The noun is shown by its own field.
        if (value === null || (name === 'action' && value in nouns)) return null;
        return (
          <Narrowed key={name} text={wordsOf(name, value, nameOf)} onClear={() => change({ [name]: null })} />
        );
      })}
      <LeftOut values={filter.without} onChange={filter.setWithout} />
    </>
  );
}

/** A narrowing as the rows say it. */
function wordsOf(name: Narrowing, value: string, nameOf: AuditToolsProps['nameOf']): string {
  if (name === 'actor') return actorText({ actor: value, actorName: nameOf(value) });
  return name === 'action' ? actionText(value) : value;
}
