'use client';

import { type FormEvent, useState } from 'react';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { Input, Select } from '../../../_ui/field.tsx';
import type { MakeKey } from './use-make-key.ts';

const nameLengthMax = 100;

/** Days; a key that nobody has to renew is the default, since one that runs out unseen stops reports. */
const lifetimes = [
  { days: '', label: 'Until revoked' },
  { days: '30', label: '30 days' },
  { days: '90', label: '90 days' },
  { days: '365', label: 'One year' },
];

export function KeyForm({ make }: { make: MakeKey }) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate({ name: name.trim(), ...(days === '' ? {} : { lifetimeDays: Number(days) }) });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-1.5 border-b border-line p-4">
      <label htmlFor="key-name" className="font-medium">
        Make a key
      </label>
      <span className="flex flex-wrap gap-2 sm:flex-nowrap">
        <Input
          id="key-name"
          required
          maxLength={nameLengthMax}
          value={name}
          autoComplete="off"
          placeholder="Name the service that will use it, for example orders"
          onChange={({ target }) => setName(target.value)}
        />
        <Select
          aria-label="Good for"
          className="shrink-0"
          value={days}
          onChange={({ target }) => setDays(target.value)}
        >
          {lifetimes.map((each) => (
            <option key={each.days} value={each.days}>
              {each.label}
            </option>
          ))}
        </Select>
        <Button type="submit" look="primary" busy={make.isPending} disabled={name.trim() === ''}>
          Make a key
        </Button>
      </span>
      {make.isError ? (
        <p role="alert" className="text-xs text-deny">
          Not made: {problemText(make.error)}
        </p>
      ) : (
        <p className="text-xs text-ink-3">
          One key for each service: it can then be revoked without touching the others.
        </p>
      )}
    </form>
  );
}
