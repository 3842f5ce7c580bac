import type { Metadata } from 'next';
import { NewClient } from '../_parts/new-client.tsx';

export const metadata: Metadata = { title: 'New client' };

export default function NewClientPage() {
  return <NewClient />;
}
