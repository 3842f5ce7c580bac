import type { Metadata } from 'next';
import { Overview } from './_overview/overview.tsx';

export const metadata: Metadata = { title: 'Live' };

export default function LivePage() {
  return <Overview />;
}
