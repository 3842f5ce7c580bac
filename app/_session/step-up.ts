/**
 * Operations that wait for the operator's passkey (RFC 9470): api.ts asks here, the dialog of the shell answers. One is
 * asked at a time; the others wait behind it, since each has to be confirmed by itself.
 */

export interface AskedOperation {
  /** As the server names it: `device.remove dev_…`. */
  operation: string;
  /** What it is done to, as people call it. */
  subject: string | undefined;
}

/** `again`: another operation was confirmed meanwhile, which may have been all that was missing. */
export type StepUpAnswer = 'confirmed' | 'again' | 'cancelled';

interface Waiting extends AskedOperation {
  settle: (answer: StepUpAnswer) => void;
}

const none: readonly Waiting[] = [];

let waiting = none;
const listeners = new Set<() => void>();

/** Resolves when the operator has answered; where nobody can be asked, it was not confirmed. */
export function confirmOperation(asked: AskedOperation): Promise<StepUpAnswer> {
  if (listeners.size === 0) return Promise.resolve('cancelled');
  return new Promise((settle) => change([...waiting, { ...asked, settle }]));
}

export function subscribeStepUp(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) answerStepUp('cancelled');
  };
}

export function askedOperation(): AskedOperation | undefined {
  return waiting[0];
}

/** The answer for the one that was asked; those behind it try again, or are let go with it. */
export function answerStepUp(answer: 'confirmed' | 'cancelled'): void {
  const [asked, ...others] = waiting;
  change(none);
  asked?.settle(answer);
  for (const other of others) other.settle(answer === 'confirmed' ? 'again' : 'cancelled');
}

function change(next: readonly Waiting[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}
