import type { Metadata } from 'next';
import { Authorize } from './authorize.tsx';

export const metadata: Metadata = { title: 'Continue' };

export default function AuthorizePage() {
  return <Authorize />;
}
