import type { Metadata } from 'next';
import { ClientsView } from './_parts/clients-view.tsx';

export const metadata: Metadata = { title: 'Clients' };

export default function ClientsPage() {
  return <ClientsView />;
}
