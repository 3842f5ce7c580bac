import type { Metadata } from 'next';
import { Orders } from './_parts/orders.tsx';

export const metadata: Metadata = { title: 'Throttles' };

export default function ThrottlesPage() {
  return <Orders />;
}
