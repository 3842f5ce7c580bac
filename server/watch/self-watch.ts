/**
 * Tidegate watches its own console with its own engine: each request of an operator is an event of service
 * `tidegate-console`, with the operator as user and the session as token. It is a second engine, small and in memory,
 * so that operators do not show up among the customer's users; its findings are alerts like all others. A session that
 * is in two browsers at once is found beside it, from its first hour on, since sessions are bound to one.
 */

import { createHash } from 'node:crypto';
import type { Finding } from '../../lib/contract/alert.ts';
import { endpointName, type HttpMethod, type RequestEvent } from '../../lib/contract/event.ts';
import { type EngineConfig, engineDefaults } from '../../lib/engine/config.ts';
import { createEngine } from '../../lib/engine/create-engine.ts';
import { createSessionContexts, type Turns } from '../../lib/identity/session-contexts.ts';

export const consoleService = 'tidegate-console';
/** Alerts about operators themselves; a customer's event that names one cannot have such an id. */
export const selfAlertPrefix = 'alr_self_';

/** A few hundred operators on some hundred routes; about 10 MB. */
const consoleEngine: EngineConfig = {
  ...engineDefaults,
  // A console that is open all day asks some routes every few seconds.
  settings: { ...engineDefaults.settings, baseLimit: 2_000 },
  usersMax: 1_000,
  endpointsMax: 300,
  pairsMax: 20_000,
  addressesMax: 2_000,
  findingsMax: 200,
};
const tickMs = 1_000;

export interface SelfWatchDeps {
  alerts: { recordFindings(findings: readonly Finding[]): Promise<void> };
  every: (intervalMs: number, work: () => void) => () => void;
  clock: { now(): number };
  log: { warn(details: object, message: string): void };
}

export interface WatchedRequest {
  operatorId: string;
  familyId: string;
  method: HttpMethod;
  /** Route template. */
  endpoint: string;
  status: number;
  latencyMs: number;
  address: string;
  userAgent: string;
  /** What the path names, where it does. */
  objectId?: string | undefined;
}

export type SelfWatch = ReturnType<typeof createSelfWatch>;

export function createSelfWatch(deps: SelfWatchDeps) {
  const engine = createEngine(consoleEngine);
  const contexts = createSessionContexts();
  let writing: Promise<void> = Promise.resolve();

  function record(findings: readonly Finding[]): void {
    if (findings.length === 0) return;
    writing = writing
      .then(() => deps.alerts.recordFindings(findings))
      .catch((error: unknown) => deps.log.warn({ err: error }, 'a finding about the console was not kept'));
  }

  function tick(): void {
    engine.tick(deps.clock.now());
    if (!engine.changed) return;
    record(engine.takeChanges().findings.map((finding) => ({ ...finding, id: selfId(finding.id) })));
  }

  const stop = deps.every(tickMs, tick);
  return {
    observe(request: WatchedRequest): void {
      const atMs = deps.clock.now();
      const event = eventOf(request, atMs);
      engine.step(event, atMs);
      const { familyId, address, userAgent } = request;
      const turns = contexts.observe({ familyId, address, userAgent, atMs });
      if (turns !== undefined) record([replayFinding(event, turns)]);
    },
    tick,
    async close(): Promise<void> {
      stop();
      tick();
      await writing;
    },
  };
}

function eventOf(request: WatchedRequest, atMs: number): RequestEvent {
  const { operatorId, familyId, address, userAgent, objectId, ...rest } = request;
  return {
    ...rest,
    ...{ ts: atMs, user: operatorId, ip: address, ua: userAgent, tokenId: familyId, service: consoleService },
    ...(objectId === undefined ? {} : { objectId }),
  };
}

function selfId(engineId: string): string {
  return `${selfAlertPrefix}${engineId.replace(/^alr_/, '')}`;
}

const words = {
  user_agent: 'two browsers use the session in turn, which is bound to one',
  address: 'requests from two addresses take turns within seconds',
};

function replayFinding(event: RequestEvent, { of, turns, windowMs, contexts }: Turns): Finding {
  const { user, tokenId, ts, ip } = event;
  const digest = createHash('sha256').update(`${tokenId} ${ts}`).digest('base64url').slice(0, 16);
  const endpoint = endpointName(event.method, event.endpoint);
  return {
    id: `${selfAlertPrefix}${digest}`,
    kind: 'token_replay',
    scope: { user, ...(tokenId === undefined ? {} : { tokenId }), ...(ip === undefined ? {} : { ip }) },
    summary: `The session of an operator is in use twice: ${words[of]} (last at ${endpoint}).`,
    conclusion: 'step_up',
    mode: 'enforce',
    evidence: [
      {
        ...{ measure: 'alternating_requests', text: words[of], observed: turns, expected: 0 },
        ...{ lower: 0, upper: 0, windowMs, sampleCount: contexts.length, weight: 1 },
      },
    ],
    exampleEvents: [event],
    ...{ requestCount: turns + 1, refusedCount: 0, openedAt: ts, lastSeenAt: ts },
  };
}
