'use client';

/** Who may do what, as text: written, checked, tried on the last day, put in force, taken back. */

import dynamic from 'next/dynamic';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { PolicyOverview } from '../../../../lib/contract/policies.ts';
import { Page } from '../../../_ui/panel.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { Failing, Skeleton } from '../../../_ui/states.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { Editor } from './editor.tsx';
import { usePolicies } from './use-policies.ts';

const Versions = dynamic(() => import('./versions.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-[60dvh] rounded-lg" />,
});

const Reference = dynamic(() => import('./reference.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-[60dvh] rounded-lg" />,
});

const tab = parseAsStringLiteral(['edit', 'versions', 'reference']).withDefault('edit');

export function PoliciesView() {
  const [shown, show] = useQueryState('tab', tab);
  const { data, error, isError, errorUpdatedAt, refetch } = usePolicies();
  return (
    <Page
      title="Policies"
      note={data && <InForce current={data.current} />}
      actions={
        <Segmented
          label="What to show"
          value={shown}
          onChange={(next) => void show(next)}
          options={[
            { value: 'edit', label: 'Edit' },
            { value: 'versions', label: 'Versions', count: data?.versions.length },
            { value: 'reference', label: 'Reference' },
          ]}
        />
      }
    >
      {data === undefined ? (
        isError ? (
          <Failing what="policies" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <div
            role="status"
            aria-label="Loading policies"
            className="grid gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]"
          >
            <Skeleton className="h-[calc(100dvh-10rem)] rounded-lg" />
            <Skeleton className="h-64 rounded-lg" />
          </div>
        )
      ) : shown === 'edit' ? (
        <Editor overview={data} />
      ) : shown === 'versions' ? (
        <Versions overview={data} />
      ) : (
        <Reference overview={data} />
      )}
    </Page>
  );
}

function InForce({ current }: { current: PolicyOverview['current'] }) {
  const { version, createdByName, createdAt } = current;
  if (version === 0) return 'As Tidegate comes: nothing was changed yet.';
  return (
    <>
      Version {version} is in force, by {createdByName}, <Ago at={createdAt} />.
    </>
  );
}
