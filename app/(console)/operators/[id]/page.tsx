import type { Metadata } from 'next';
import { OperatorPage } from '../_parts/operator-page.tsx';

export const metadata: Metadata = { title: 'Operator' };

export default async function OperatorDetailPage({ params }: { params: Promise<{ id: string }> }) {
  return <OperatorPage id={(await params).id} />;
}
