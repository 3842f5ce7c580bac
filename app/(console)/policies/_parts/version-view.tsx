'use client';

import { History } from 'lucide-react';
import { useState } from 'react';
import type { PolicyText, PolicyVersion, PolicyVersionSummary } from '../../../../lib/contract/policies.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Snippet } from '../../../_ui/snippet.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { DiffView } from './diff-view.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { diffLines } from './text-diff.ts';
import { usePolicyVersion } from './use-policies.ts';

interface VersionViewProps {
  summary: PolicyVersionSummary;
  current: PolicyVersion;
}

/** The text of a version; for one that is not in force, how it differs from the one that is. */
export function VersionView({ summary, current }: VersionViewProps) {
  const { version } = summary;
  const { data, error, isError, errorUpdatedAt, refetch } = usePolicyVersion(version);
  const [isRestoring, setRestoring] = useState(false);
  const may = useMay();
  const isCurrent = version === current.version;
  return (
    <Panel
      title={`Version ${version}`}
      note={isCurrent ? 'in force' : `compared with version ${current.version}, which is in force`}
      actions={
        !isCurrent &&
        may('policy.update') && (
          <Button size="sm" icon={History} disabled={data === undefined} onClick={() => setRestoring(true)}>
            Roll back to version {version}…
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3 p-4">
        {data === undefined ? (
          isError ? (
            <Failing what="this version" error={error} since={errorUpdatedAt} retry={refetch} />
          ) : (
            <Skeleton className="h-64" />
          )
        ) : isCurrent ? (
          data.policies.map(({ name, text }) => <Snippet key={name} name={name} text={text} />)
        ) : (
          <Comparison from={current.policies} to={data.policies} />
        )}
      </div>
      <PublishDialog
        change={
          isRestoring && data !== undefined
            ? { kind: 'restore', version, policies: data.policies, basedOn: current.version }
            : undefined
        }
        onClose={() => setRestoring(false)}
      />
    </Panel>
  );
}

function Comparison({ from, to }: { from: readonly PolicyText[]; to: readonly PolicyText[] }) {
  const textOf = (documents: readonly PolicyText[], name: string) =>
    documents.find((document) => document.name === name)?.text ?? '';
  const names = [...new Set([...to, ...from].map(({ name }) => name))];
  const changed = names
    .map((name) => ({ name, lines: diffLines(textOf(from, name), textOf(to, name)) }))
    .filter(({ lines }) => lines.length > 0);
  if (changed.length === 0) return <p className="text-ink-2">The same text as the version in force.</p>;
  const alike = names.length - changed.length;
  return (
    <>
      {changed.map(({ name, lines }) => (
        <DiffView key={name} name={name} lines={lines} />
      ))}
      {alike > 0 && (
        <p className="text-xs text-ink-3">
          {alike === 1 ? '1 other document is' : `${alike} other documents are`} the same.
        </p>
      )}
    </>
  );
}
