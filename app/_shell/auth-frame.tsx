import type { ReactNode } from 'react';
import { BarePage } from './bare-page.tsx';

/** The page around a passkey ceremony: one card, one action. */
export function AuthFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <BarePage>
      <div className="flex w-full max-w-96 flex-col gap-5 rounded-xl border border-line bg-panel p-6">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
      <p className="max-w-96 text-center text-xs text-balance text-ink-3">
        Passkeys only: nothing to remember, nothing to steal from a database.
      </p>
    </BarePage>
  );
}
