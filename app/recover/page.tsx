import type { Metadata } from 'next';
import { Recover } from './recover.tsx';

export const metadata: Metadata = { title: 'Get back in' };

export default function RecoverPage() {
  return <Recover />;
}
