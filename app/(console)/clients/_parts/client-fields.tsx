'use client';

import type { ReactNode } from 'react';
import { cx } from '../../../_ui/class-names.ts';
import { Field, Input, Select, TextArea } from '../../../_ui/field.tsx';
import { type ClientForm, canBeBearer, type DraftMistakes } from './client-draft.ts';
import { clientKindMeanings, clientKindNames, clientKinds, signsIn } from './client-words.ts';

interface ClientFieldsProps {
  form: ClientForm;
  onChange: (form: ClientForm) => void;
  mistakes: DraftMistakes;
}

const lifetimes = [
  { seconds: 60, label: '1 minute' },
  { seconds: 300, label: '5 minutes' },
  { seconds: 900, label: '15 minutes' },
];

export function ClientFields({ form, onChange, mistakes }: ClientFieldsProps) {
  const { kind } = form;
  const set = (next: Partial<ClientForm>) => onChange({ ...form, ...next });
  return (
    <>
      <Field label="Name" hint="Operators see it beside its tokens; people see it when they sign in.">
        <Input
          required
          maxLength={100}
          autoComplete="off"
          placeholder="Web shop"
          value={form.name}
          onChange={({ target }) => set({ name: target.value })}
        />
      </Field>
      <KindChoice value={kind} onChange={(next) => set({ kind: next })} />
      <Field
        label={kind === 'resource' ? 'Its own address' : 'APIs that its tokens are for'}
        hint={
          <Hint mistake={mistakes.audiences}>
            Absolute addresses, one a line. Tokens are refused anywhere else.
          </Hint>
        }
      >
        <TextArea
          required
          rows={2}
          spellCheck={false}
          placeholder="https://api.example.com"
          value={form.audiences}
          aria-invalid={mistakes.audiences !== undefined}
          onChange={({ target }) => set({ audiences: target.value })}
        />
      </Field>
      {signsIn(kind) && (
        <Field
          label="Where people come back to"
          hint={
            <Hint mistake={mistakes.redirectUris}>
              Redirect addresses, one a line, compared to the letter.
            </Hint>
          }
        >
          <TextArea
            required
            rows={2}
            spellCheck={false}
            placeholder="https://shop.example.com/signed-in"
            value={form.redirectUris}
            aria-invalid={mistakes.redirectUris !== undefined}
            onChange={({ target }) => set({ redirectUris: target.value })}
          />
        </Field>
      )}
      {kind !== 'resource' && (
        <Field
          label="What it may ask for"
          hint={<Hint mistake={mistakes.scopes}>Scopes, with spaces between. None is fine.</Hint>}
        >
          <Input
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            placeholder="orders:read orders:write"
            value={form.scopes}
            aria-invalid={mistakes.scopes !== undefined}
            onChange={({ target }) => set({ scopes: target.value })}
          />
        </Field>
      )}
      <TokenFields form={form} set={set} />
    </>
  );
}

/** How long its tokens live, and whether they need a proof. */
function TokenFields({ form, set }: { form: ClientForm; set: (next: Partial<ClientForm>) => void }) {
  const { kind } = form;
  return (
    <>
      {kind !== 'resource' && (
        <Field label="A token lives for" hint="Refreshing is silent. A revocation does not wait for this.">
          <Select
            className="w-full sm:max-w-48"
            value={form.accessTokenSeconds}
            onChange={({ target }) => set({ accessTokenSeconds: Number(target.value) })}
          >
            {lifetimes.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {canBeBearer(kind) && (
        <label className="flex items-start gap-2.5">
          <input
            type="checkbox"
            className="mt-0.5 size-4 accent-accent-fill"
            checked={form.bearerAllowed}
            onChange={({ target }) => set({ bearerAllowed: target.checked })}
          />
          <span>
            <span className="block font-medium">Allow tokens without a proof of possession</span>
            <span className="block text-xs text-ink-3">
              For software that cannot do DPoP. Whoever steals such a token can use it until it ends or is
              revoked.
            </span>
          </span>
        </label>
      )}
    </>
  );
}

function Hint({ mistake, children }: { mistake: string | undefined; children: ReactNode }) {
  return mistake === undefined ? children : <span className="text-deny wrap-anywhere">{mistake}</span>;
}

function KindChoice(props: { value: ClientForm['kind']; onChange: (kind: ClientForm['kind']) => void }) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="mb-1.5 font-medium">Kind</legend>
      {clientKinds.map((kind) => (
        <label
          key={kind}
          className={cx(
            'flex cursor-pointer flex-col rounded-md border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            kind === props.value ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover',
          )}
        >
          <input
            type="radio"
            name="kind"
            className="sr-only"
            checked={kind === props.value}
            onChange={() => props.onChange(kind)}
          />
          <span className="font-medium">{clientKindNames[kind]}</span>
          <span className="text-xs text-ink-2">{clientKindMeanings[kind]}</span>
        </label>
      ))}
    </fieldset>
  );
}
