import type { Metadata } from 'next';
import { OperatorsView } from './_parts/operators-view.tsx';

export const metadata: Metadata = { title: 'Operators' };

export default function OperatorsPage() {
  return <OperatorsView />;
}
