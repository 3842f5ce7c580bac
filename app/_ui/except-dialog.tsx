'use client';

/** Orders Tidegate not to act: on whom or what, on which kind of finding, why, and until when. */

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { DetectorKind, Scope } from '../../lib/contract/decision.ts';
import { type Exception, exceptionMsMax } from '../../lib/contract/exception.ts';
import { api } from '../_session/api.ts';
import { problemText } from '../_session/problem.ts';
import { Button } from './button.tsx';
import { Dialog, DialogActions, DialogBody } from './dialog.tsx';
import { Field, Input, Select } from './field.tsx';
import { formatMoment } from './format.ts';
import { toast } from './toast.tsx';
import { isDetectorKind, kindNames, scopeText } from './words.ts';

export interface ExceptionDraft {
  scope: Scope;
  kind?: DetectorKind;
}

interface ExceptDialogProps {
  open: boolean;
  onClose: () => void;
  /** What the dialog starts with; `{ scope: {} }` asks for everything. */
  draft: ExceptionDraft;
}

const hourMs = 3_600_000;
const lengths = [
  { ms: hourMs, label: '1 hour' },
  { ms: 24 * hourMs, label: '1 day' },
  { ms: 7 * 24 * hourMs, label: '7 days' },
  { ms: 30 * 24 * hourMs, label: '30 days' },
  { ms: exceptionMsMax, label: '90 days, the longest' },
];

const scopeFields = [
  { name: 'user', label: 'User', example: 'u-1842' },
  { name: 'endpoint', label: 'Endpoint, with its method', example: 'GET /v1/orders/{id}' },
  { name: 'ip', label: 'Address', example: '203.0.113.7' },
  { name: 'tokenId', label: 'Token id', example: 'tok_7f3a' },
] as const satisfies { name: keyof Scope; label: string; example: string }[];

export function ExceptDialog({ open, onClose, draft }: ExceptDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Add an exception">
      <ExceptForm draft={draft} onClose={onClose} />
    </Dialog>
  );
}

/** Mounted with each opening, so that it starts from the draft. */
function ExceptForm({ draft, onClose }: Omit<ExceptDialogProps, 'open'>) {
  const [scope, setScope] = useState<Scope>(draft.scope);
  const [kind, setKind] = useState<DetectorKind | undefined>(draft.kind);
  const [reason, setReason] = useState('');
  const [lengthMs, setLengthMs] = useState(24 * hourMs);
  const [state, setState] = useState<{ busy: boolean; problem?: string }>({ busy: false });
  const queries = useQueryClient();
  const formId = useId();
  const isEmpty = kind === undefined && Object.values(scope).every((value) => value === undefined);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setState({ busy: true });
    try {
      const body = { scope, kind, reason: reason.trim(), expiresAt: Date.now() + lengthMs };
      const made = await api<Exception>({ method: 'POST', path: '/api/exceptions', body });
      await queries.invalidateQueries();
      toast({ text: `Tidegate leaves ${scopeText(made.scope)} alone until ${until(made.expiresAt)}.` });
      onClose();
    } catch (error) {
      setState({ busy: false, problem: problemText(error) });
    }
  }
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <ScopeFields scope={scope} onChange={setScope} />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Only findings of this kind">
              <Select
                value={kind ?? ''}
                onChange={({ target }) => setKind(isDetectorKind(target.value) ? target.value : undefined)}
              >
                <option value="">All kinds</option>
                {Object.entries(kindNames).map(([value, name]) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label="For" hint={`Ends by itself, ${until(Date.now() + lengthMs)}.`}>
              <Select value={lengthMs} onChange={({ target }) => setLengthMs(Number(target.value))}>
                {lengths.map(({ ms, label }) => (
                  <option key={ms} value={ms}>
                    {label}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <Field label="Why" hint="Those who look at this later will read it.">
            <Input
              required
              maxLength={500}
              value={reason}
              placeholder="Nightly export of the finance team"
              onChange={({ target }) => setReason(target.value)}
            />
          </Field>
          <Effect scope={scope} kind={kind} isEmpty={isEmpty} />
          {state.problem && (
            <p role="alert" className="text-deny">
              Not added: {state.problem}
            </p>
          )}
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} look="strong" busy={state.busy} disabled={isEmpty}>
          Add the exception
        </Button>
      </DialogActions>
    </>
  );
}

function ScopeFields({ scope, onChange }: { scope: Scope; onChange: (scope: Scope) => void }) {
  return (
    <fieldset className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <legend className="mb-2 text-ink-2">Every field that is filled in must match.</legend>
      {scopeFields.map(({ name, label, example }) => (
        <Field key={name} label={label}>
          <Input
            value={scope[name] ?? ''}
            placeholder={`any, or ${example}`}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => {
              const value = target.value.trim();
              onChange({ ...scope, [name]: value === '' ? undefined : value });
            }}
          />
        </Field>
      ))}
    </fieldset>
  );
}

/** What the order will mean, in one sentence that follows the fields. */
function Effect({ scope, kind, isEmpty }: ExceptionDraft & { isEmpty: boolean }) {
  return (
    <p className="rounded-md border border-line bg-raised px-3 py-2 text-ink-2 wrap-anywhere">
      {isEmpty ? (
        'Name a user, an endpoint, an address, a token or a kind: an exception for everything would switch Tidegate off.'
      ) : (
        <>
          Tidegate will not throttle <strong className="font-medium text-ink">{scopeText(scope)}</strong>
          {kind ? ` for ${kindNames[kind].toLowerCase()}` : ''}. Requests are still counted and shown.
        </>
      )}
    </p>
  );
}

function until(at: number): string {
  return formatMoment(at, Date.now());
}
