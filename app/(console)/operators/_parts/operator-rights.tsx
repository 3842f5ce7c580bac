'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { api } from '../../../_session/api.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { changeOf, describeRights } from './rights-changes.ts';
import { type Rights, RightsFields } from './rights-fields.tsx';

interface OperatorRightsProps {
  operator: OperatorAccount;
  isSelf: boolean;
}

/** Holds only what was touched: the rest follows what is stored, whoever changes it. */
export function OperatorRights({ operator, isSelf }: OperatorRightsProps) {
  const { id, name, role, team, clearance } = operator;
  const [touched, setTouched] = useState<Partial<Rights>>({});
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const draft: Rights = { role, team, clearance, ...touched };
  const after = { ...draft, team: draft.team.trim() };
  const changes = describeRights(operator, after);
  async function save() {
    const said = changes.map((change) => `${change.what.toLowerCase()} ${change.after}`).join(', ');
    const body = changeOf(operator, after);
    await api({ method: 'PATCH', path: `/api/operators/${id}`, body, subject: `${name}: ${said}` });
    await queries.invalidateQueries();
    setTouched({});
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setAsking(true);
  }
  return (
    <Panel title="Rights" note="what is changed counts at once, on open pages too">
      <form className="flex flex-col gap-4 p-4" onSubmit={submit}>
        <RightsFields rights={draft} onChange={setTouched} />
        <div className="flex items-center gap-2">
          <Button type="submit" look="primary" disabled={changes.length === 0}>
            Review and save
          </Button>
          {changes.length > 0 && (
            <Button look="quiet" onClick={() => setTouched({})}>
              Discard
            </Button>
          )}
        </div>
      </form>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`Change the rights of ${name}?`}
        action={`Save ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}
        done={`Saved: ${name} has other rights now.`}
        run={save}
      >
        <ul className="flex flex-col gap-3">
          {changes.map(({ what, before, after: next, meaning }) => (
            <li key={what}>
              <p className="text-ink">
                {what}: {before} → <strong className="font-semibold">{next}</strong>
              </p>
              <p>{meaning}</p>
            </li>
          ))}
        </ul>
        {isSelf && (
          <p className="mt-3 font-medium text-ink">
            This is your own account: what you give away here, only another owner can give back.
          </p>
        )}
      </Confirm>
    </Panel>
  );
}
