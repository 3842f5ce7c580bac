import type { Metadata } from 'next';
import { SessionPage } from '../_parts/session-page.tsx';

export const metadata: Metadata = { title: 'Session' };

export default async function SessionDetailPage({ params }: { params: Promise<{ id: string }> }) {
  return <SessionPage id={(await params).id} />;
}
