import type { Metadata } from 'next';
import { Enrol } from './enrol.tsx';

export const metadata: Metadata = { title: 'Make your passkey' };

export default function EnrolPage() {
  return <Enrol />;
}
