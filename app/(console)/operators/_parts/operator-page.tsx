'use client';

/** One operator: what they may do, what they sign in with, and how to let them in or keep them out. */

import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { roleNames } from '../../../_session/role-words.ts';
import { useMay, useMe } from '../../../_session/use-me.ts';
import { AbsentPage } from '../../../_ui/absent-page.tsx';
import { ButtonLink } from '../../../_ui/button.tsx';
import { Crumb } from '../../../_ui/crumb.tsx';
import { Fact, Facts } from '../../../_ui/facts.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { Risk } from '../../../_ui/risk.tsx';
import { Ago, Moment } from '../../../_ui/time.tsx';
import { DisabledBadge } from './operator-columns.tsx';
import { OperatorDevices } from './operator-devices.tsx';
import { OperatorRecovery } from './operator-recovery.tsx';
import { OperatorRights } from './operator-rights.tsx';
import { OperatorStanding } from './operator-standing.tsx';
import { useOperators } from './use-operators.ts';

const list = { href: '/operators', name: 'Operators' };

export function OperatorPage({ id }: { id: string }) {
  const query = useOperators();
  const operator = query.data?.items.find((account) => account.id === id);
  if (operator === undefined) {
    return (
      <AbsentPage noun="operator" list={list} query={query}>
        The link is not complete, or leads to another installation.
      </AbsentPage>
    );
  }
  return <Known operator={operator} />;
}

function Known({ operator }: { operator: OperatorAccount }) {
  const isSelf = useMe()?.id === operator.id;
  const may = useMay();
  return (
    <Page
      title={
        <>
          <Crumb {...list} />
          <span className="mt-1 flex flex-wrap items-center gap-2">
            {operator.name}
            {isSelf && <span className="text-sm font-normal text-ink-3">you</span>}
            {operator.disabledAt !== undefined && <DisabledBadge />}
          </span>
        </>
      }
      actions={
        <>
          <ButtonLink href={`/tokens?operator=${operator.id}`}>Sessions</ButtonLink>
          <ButtonLink href={`/audit?actor=${operator.id}`}>What they did</ButtonLink>
        </>
      }
    >
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <OperatorFacts operator={operator} />
          <OperatorDevices operator={operator} />
          {may('recovery.create_link') && <OperatorRecovery operator={operator} />}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {may('operator.update') && <OperatorRights operator={operator} isSelf={isSelf} />}
          {may('operator.disable') && <OperatorStanding operator={operator} isSelf={isSelf} />}
        </div>
      </div>
    </Page>
  );
}

function OperatorFacts({ operator }: { operator: OperatorAccount }) {
  const { id, role, createdAt, disabledAt, sessions, lastSeenAt, risk } = operator;
  return (
    <Panel title="Account">
      <div className="p-4">
        <Facts>
          <Fact name="State">
            {disabledAt === undefined ? (
              'may sign in'
            ) : (
              <>
                disabled <Moment at={disabledAt} />
              </>
            )}
          </Fact>
          <Fact name="Role">{roleNames[role]}</Fact>
          <Fact name="Risk">
            <Risk risk={risk} />
          </Fact>
          <Fact name="Live sessions">{formatCount(sessions)}</Fact>
          <Fact name="Last seen">{lastSeenAt === undefined ? 'never' : <Ago at={lastSeenAt} />}</Fact>
          <Fact name="Operator since">
            <Moment at={createdAt} />
          </Fact>
          <Fact name="Id">
            <code className="font-mono text-xs">{id}</code>
          </Fact>
        </Facts>
      </div>
    </Panel>
  );
}
