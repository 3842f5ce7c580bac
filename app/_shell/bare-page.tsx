import type { ReactNode } from 'react';
import { Wordmark } from './wordmark.tsx';

/** A page without the console around it. */
export function BarePage({ children, role }: { children: ReactNode; role?: 'alert' }) {
  return (
    <main role={role} className="flex min-h-dvh flex-col items-center justify-center gap-6 p-4">
      <Wordmark />
      {children}
    </main>
  );
}
