'use client';

import type { ReactNode } from 'react';
import { useMay } from './use-me.ts';

interface MayProps {
  /** As in the policies' reference: `alert.update`. */
  action: string;
  children: ReactNode;
  /** For those who may not. */
  otherwise?: ReactNode;
}

/** Offers something only to those who may do it: a button that can only be refused is no offer. */
export function May({ action, children, otherwise }: MayProps) {
  return useMay()(action) ? children : otherwise;
}

/** In place of what an operator cannot do: which permission it needs, and who can give it. */
export function NotYours({ what, action }: { what: string; action: string }) {
  return (
    <p className="text-ink-2">
      {what} needs the permission <code className="font-mono text-xs">{action}</code>. An owner can give it to
      you, under Operators or by a policy.
    </p>
  );
}
