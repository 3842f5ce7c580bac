import type { Metadata } from 'next';
import { AlertPage } from '../_parts/alert-page.tsx';

export const metadata: Metadata = { title: 'Alert' };

export default async function AlertDetailPage({ params }: { params: Promise<{ id: string }> }) {
  return <AlertPage id={(await params).id} />;
}
