'use client';

import type { AuditRecord } from '../../../../lib/contract/audit.ts';
import { CopyButton } from '../../../_ui/copy-button.tsx';
import { Fact, Facts } from '../../../_ui/facts.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Ago, Moment } from '../../../_ui/time.tsx';
import { targetPath } from './action-words.ts';
import { OutcomeBadge } from './audit-columns.tsx';

/** One entry whole: its facts as they were written, and the hashes that chain it. */
export function AuditRecordFacts({ record }: { record: AuditRecord }) {
  const { seq, at, actor, action, target, outcome, address, policyVersion, detail } = record;
  const path = targetPath(target);
  // Said already, in words.
  const facts = Object.entries(detail).filter(([name]) => name !== 'policyVersion');
  return (
    <>
      <Facts>
        <Fact name="When">
          <Moment at={at} />{' '}
          <span className="text-ink-3">
            (<Ago at={at} />)
          </span>
        </Fact>
        <Fact name="Outcome">
          <OutcomeBadge outcome={outcome} />
        </Fact>
        <Fact name="Who">
          {record.actorName} <Code>{actor}</Code>
        </Fact>
        <Fact name="Action">
          <Code>{action}</Code>
        </Fact>
        <Fact name="To what">
          {path === undefined ? (
            <Code>{target}</Code>
          ) : (
            <Link href={path} className="text-accent hover:underline">
              <Code>{target}</Code>
            </Link>
          )}
        </Fact>
        <Fact name="From">
          <Code>{address}</Code>
        </Fact>
        {policyVersion !== undefined && <Fact name="Policies">version {policyVersion}</Fact>}
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            <FactValue name={name} value={value} />
          </Fact>
        ))}
      </Facts>
      <div className="flex flex-col gap-1 border-t border-line pt-3 text-xs text-ink-3">
        <p>
          Entry {seq} of the chain. Its hash covers everything above and the hash before it, so that a change
          or a gap shows.
        </p>
        <Hash name="before" hash={record.previousHash} />
        <Hash name="this one" hash={record.hash} />
        <span className="-ml-2">
          <CopyButton text={JSON.stringify(record, null, 2)} label="Copy as JSON" />
        </span>
      </div>
    </>
  );
}

/** Facts are plain: words, numbers, times and small lists. */
function FactValue({ name, value }: { name: string; value: unknown }) {
  if (typeof value === 'number' && name.endsWith('At')) return <Moment at={value} />;
  if (value === '') return <span className="text-ink-3">none</span>;
  return typeof value === 'string' ? value : <Code>{JSON.stringify(value)}</Code>;
}

function Code({ children }: { children: string }) {
  return <code className="font-mono text-xs wrap-anywhere">{children}</code>;
}

function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <p className="wrap-anywhere">
      {name}: <code className="font-mono">{hash === '' ? 'none, it is the first' : hash}</code>
    </p>
  );
}
