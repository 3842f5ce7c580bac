import type { Metadata } from 'next';
import { AuditView } from './_parts/audit-view.tsx';

export const metadata: Metadata = { title: 'Audit' };

export default function AuditPage() {
  return <AuditView />;
}
