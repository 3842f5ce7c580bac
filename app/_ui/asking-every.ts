import { isProblem } from '../_session/problem.ts';

interface Asked {
  state: { status: string; data: unknown; error: Error | null };
}

/**
 * For `refetchInterval`. What never came is failing, and says so until somebody tries again: asking by itself would hide
 * that behind a skeleton each time. What was forbidden stays so for a while, and every question is noted as another
 * refusal.
 */
export function askingEvery(everyMs: number | undefined) {
  return ({ state }: Asked): number | false => {
    const neverCame = state.status === 'error' && state.data === undefined;
    return neverCame || isProblem(state.error, 'forbidden') ? false : (everyMs ?? false);
  };
}
