import type { Metadata } from 'next';
import { AlertList } from './_parts/alert-list.tsx';

export const metadata: Metadata = { title: 'Alerts' };

export default function AlertsPage() {
  return <AlertList />;
}
