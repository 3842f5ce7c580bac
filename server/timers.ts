/** Timers as a dependency, so that tests decide when they fire. These never keep a finished process alive. */

export interface Timers {
  /** Runs `work` every `intervalMs`; returns how to stop it. */
  every(intervalMs: number, work: () => void): () => void;
  /** Runs `work` once after `delayMs`; returns how to call it off. */
  after(delayMs: number, work: () => void): () => void;
}

export function createTimers(): Timers {
  return {
    every(intervalMs, work) {
      const timer = setInterval(work, intervalMs).unref();
      return () => clearInterval(timer);
    },
    after(delayMs, work) {
      const timer = setTimeout(work, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}
