'use client';

import { type FormEvent, useState } from 'react';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { Input } from '../../../_ui/field.tsx';
import type { MakeKey } from './use-make-key.ts';

const nameLengthMax = 100;

export function KeyForm({ make }: { make: MakeKey }) {
  const [name, setName] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate(name.trim());
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-1.5 border-b border-line p-4">
      <label htmlFor="key-name" className="font-medium">
        Make a key
      </label>
      <span className="flex gap-2">
        <Input
          id="key-name"
          required
          maxLength={nameLengthMax}
          value={name}
          autoComplete="off"
          placeholder="Name the service that will use it, for example orders"
          onChange={({ target }) => setName(target.value)}
        />
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
