'use client';

import { Download } from 'lucide-react';
import { useState } from 'react';
import { apiFile, withQuery } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { saveBlob } from '../../../_ui/table-file.ts';
import { toast } from '../../../_ui/toast.tsx';
import type { useAuditFilter } from './audit-filter.ts';

/** Every entry of the filter with its hashes, so that the chain can be checked elsewhere. The export is an entry too. */
export function AuditExport({ query }: { query: ReturnType<typeof useAuditFilter>['query'] }) {
  const [busy, setBusy] = useState(false);
  async function save() {
    setBusy(true);
    try {
      saveBlob('tidegate-audit.ndjson', await apiFile({ path: withQuery('/api/audit/export', query) }));
    } catch (error) {
      toast({ text: `Nothing was exported: ${problemText(error)}`, failing: true });
    }
    setBusy(false);
  }
  return (
    <Button
      icon={Download}
      busy={busy}
      title="One entry a line (NDJSON); that it was exported is noted"
      onClick={() => void save()}
    >
      Export with hashes
    </Button>
  );
}
