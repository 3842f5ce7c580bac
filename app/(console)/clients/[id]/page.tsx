import type { Metadata } from 'next';
import { ClientPage } from '../_parts/client-page.tsx';

export const metadata: Metadata = { title: 'Client' };

export default async function ClientDetailPage({ params }: { params: Promise<{ id: string }> }) {
  return <ClientPage id={(await params).id} />;
}
