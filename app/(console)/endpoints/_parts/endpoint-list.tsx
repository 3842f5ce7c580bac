'use client';

/** Endpoints: what is called, how much beside its normal, and whether Tidegate acts there. */

import { Route } from 'lucide-react';
import type { EndpointSummary } from '../../../../lib/contract/console.ts';
import { SubjectList } from '../../../_baseline/subject-list.tsx';
import { endpointPath } from '../../../_ui/paths.ts';
import { EndpointCard, endpointColumns } from './endpoint-columns.tsx';

export function EndpointList() {
  return (
    <SubjectList
      title="Endpoints"
      note="Every route of your API, beside what is normal there."
      icon={Route}
      path="/api/endpoints"
      noun={['endpoint', 'endpoints']}
      columns={endpointColumns}
      card={EndpointCard}
      rowId={endpointOf}
      href={pathOf}
      appears="An endpoint appears here with its first request that one of your services reports."
    />
  );
}

const endpointOf = ({ endpoint }: EndpointSummary) => endpoint;
const pathOf = ({ endpoint }: EndpointSummary) => endpointPath(endpoint);
