/** Continuous validation, composed: the console watched by its own engine, and alerts answered at their root. */

import type { Identity } from '../identity/identity.ts';
import type { Standing } from '../policies/standing.ts';
import { createAnswerSettings } from '../storage/alert-answers.ts';
import type { Alerts } from '../storage/alerts.ts';
import type { Database } from '../storage/database.ts';
import { createLiveFamilies } from '../storage/live-families.ts';
import { createAlertAnswering } from './alert-answering.ts';
import { createSelfWatch } from './self-watch.ts';
import type { SessionThrottle } from './session-throttle.ts';

export interface WatchDeps {
  database: Database;
  alerts: Alerts;
  standing: Standing;
  identity: Pick<Identity, 'revokeTokens'>;
  throttle: SessionThrottle;
  every: (intervalMs: number, work: () => void) => () => void;
  clock: { now(): number };
  log: { warn(details: object, message: string): void; error(details: object, message: string): void };
}

export type Watch = Awaited<ReturnType<typeof openWatch>>;

export async function openWatch(deps: WatchDeps) {
  const answers = createAnswerSettings(deps);
  const answering = await createAlertAnswering({ ...deps, answers, liveFamilies: createLiveFamilies(deps) });
  const selfWatch = createSelfWatch(deps);
  return {
    answering,
    selfWatch,
    async close(): Promise<void> {
      await selfWatch.close();
      await answering.close();
    },
  };
}
