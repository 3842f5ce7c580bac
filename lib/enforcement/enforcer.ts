/**
 * Applies throttles to requests, locally and at once: the SDK, `GET /v1/decision` and the replay all run this file.
 * A throttle is found by its narrowest key (user, address or token, with or without an endpoint) in a constant
 * number of map look-ups; while nothing is in force, a decision costs one comparison. The most severe conclusion
 * wins. Pure: time is an argument, and it need not agree with the time in another instance.
 */

import type { Conclusion, Decision, Mode, Throttle } from '../contract/decision.ts';
import type { RequestContext } from '../contract/event.ts';
import { type Bucket, emptyBucket, level, resized, take, waitMs } from './bucket.ts';

export interface EnforcerOptions {
  /** How many ms' worth of its share an instance may save up and spend at once; at least one request. */
  burstMs: number;
}

/** Three seconds smooth over a page that makes several calls; more would let a flood through in pulses. */
export const enforcerDefaults: EnforcerOptions = { burstMs: 3_000 };

export interface ThrottleUpdate {
  /** New or changed. */
  set: readonly Throttle[];
  /** Ids. */
  removed: readonly string[];
  /** Enforcement points that share each limit, this one included. */
  instances: number;
}

export interface Enforcer {
  /** Forgets everything that is not in `throttles`; a throttle that is known already keeps its bucket. */
  replace(throttles: readonly Throttle[], instances: number, nowMs: number): void;
  update(update: ThrottleUpdate, nowMs: number): void;
  /** Counts the request against every bucket that applies, if it passes. `mode` shadow never refuses. */
  decide(request: RequestContext, nowMs: number, mode: Mode): Decision;
  throttles(): Throttle[];
  readonly size: number;
}

/** One throttle with its bucket; `bucket` is undefined exactly where the conclusion is not `throttle`. */
interface Rule {
  throttle: Throttle;
  bucket: Bucket | undefined;
}

/** Rules of one user, address or token: those for every endpoint, and those for one. */
interface Holder {
  anywhere: Rule[];
  byEndpoint: Map<string, Rule[]>;
}

type Index = Map<string, Holder>;

const severity: Record<Conclusion, number> = { allow: 0, throttle: 1, step_up: 2, deny: 3 };

const allowed: Decision = Object.freeze({ conclusion: 'allow', reason: 'normal' });

export function createEnforcer(options: EnforcerOptions): Enforcer {
  const rules = new Map<string, Rule>();
  const byUser: Index = new Map();
  const byIp: Index = new Map();
  const byToken: Index = new Map();
  const found: Rule[] = [];
  let shareOf = 1;
  /** Past this time nothing is in force, whatever the maps hold. */
  let lastExpiresAt = 0;

  const indexOf = (throttle: Throttle): [Index, string] | undefined => {
    const { user, ip, tokenId } = throttle.scope;
    if (user !== undefined) return [byUser, user];
    if (tokenId !== undefined) return [byToken, tokenId];
    return ip === undefined ? undefined : [byIp, ip];
  };

  const put = (throttle: Throttle, nowMs: number): void => {
    const old = rules.get(throttle.id);
    if (old) drop(old);
    const key = indexOf(throttle);
    if (!key || throttle.expiresAt <= nowMs) return;
    const rule = { throttle, bucket: bucketFor(throttle, old?.bucket, shareOf, options.burstMs, nowMs) };
    rules.set(throttle.id, rule);
    attach(key[0], key[1], rule);
    lastExpiresAt = Math.max(lastExpiresAt, throttle.expiresAt);
  };

  const drop = (rule: Rule): void => {
    rules.delete(rule.throttle.id);
    const key = indexOf(rule.throttle);
    if (key) detach(key[0], key[1], rule);
  };

  /** Ends what has expired, and gives the rest this instance's new share. */
  const settle = (instances: number, nowMs: number): void => {
    const share = Math.max(1, instances);
    lastExpiresAt = 0;
    for (const rule of rules.values()) {
      if (rule.throttle.expiresAt <= nowMs) drop(rule);
      else {
        lastExpiresAt = Math.max(lastExpiresAt, rule.throttle.expiresAt);
        if (share !== shareOf) {
          rule.bucket = bucketFor(rule.throttle, rule.bucket, share, options.burstMs, nowMs);
        }
      }
    }
    shareOf = share;
  };

  return {
    replace(throttles, instances, nowMs) {
      const kept = new Set(throttles.map((throttle) => throttle.id));
      for (const rule of rules.values()) if (!kept.has(rule.throttle.id)) drop(rule);
      settle(instances, nowMs);
      for (const throttle of throttles) put(throttle, nowMs);
    },
    update({ set, removed, instances }, nowMs) {
      for (const id of removed) {
        const rule = rules.get(id);
        if (rule) drop(rule);
      }
      settle(instances, nowMs);
      for (const throttle of set) put(throttle, nowMs);
    },
    decide(request, nowMs, mode) {
      if (nowMs >= lastExpiresAt) return allowed;
      found.length = 0;
      if (byUser.size > 0) collect(byUser.get(request.user), request, nowMs, found);
      if (byIp.size > 0 && request.ip !== undefined) collect(byIp.get(request.ip), request, nowMs, found);
      if (byToken.size > 0 && request.tokenId !== undefined) {
        collect(byToken.get(request.tokenId), request, nowMs, found);
      }
      return found.length === 0 ? allowed : conclude(found, nowMs, mode);
    },
    throttles: () => Array.from(rules.values(), (rule) => rule.throttle),
    get size() {
      return rules.size;
    },
  };
}

function bucketFor(
  throttle: Throttle,
  old: Bucket | undefined,
  instances: number,
  burstMs: number,
  nowMs: number,
): Bucket | undefined {
  if (throttle.conclusion !== 'throttle') return undefined;
  const limitPerMinute = (throttle.limitPerMinute ?? 0) / instances;
  return old ? resized(old, limitPerMinute, burstMs, nowMs) : emptyBucket(limitPerMinute, burstMs, nowMs);
}

function attach(index: Index, key: string, rule: Rule): void {
  let holder = index.get(key);
  if (!holder) {
    holder = { anywhere: [], byEndpoint: new Map() };
    index.set(key, holder);
  }
  const { endpoint } = rule.throttle.scope;
  if (endpoint === undefined) holder.anywhere.push(rule);
  else holder.byEndpoint.set(endpoint, [...(holder.byEndpoint.get(endpoint) ?? []), rule]);
}

function detach(index: Index, key: string, rule: Rule): void {
  const holder = index.get(key);
  if (!holder) return;
  const { endpoint } = rule.throttle.scope;
  if (endpoint === undefined) holder.anywhere = holder.anywhere.filter((other) => other !== rule);
  else {
    const rest = (holder.byEndpoint.get(endpoint) ?? []).filter((other) => other !== rule);
    if (rest.length > 0) holder.byEndpoint.set(endpoint, rest);
    else holder.byEndpoint.delete(endpoint);
  }
  if (holder.anywhere.length === 0 && holder.byEndpoint.size === 0) index.delete(key);
}

function collect(holder: Holder | undefined, request: RequestContext, nowMs: number, into: Rule[]): void {
  if (!holder) return;
  for (const rule of holder.anywhere) if (applies(rule, request, nowMs)) into.push(rule);
  const here = holder.byEndpoint.get(request.endpoint);
  if (here) for (const rule of here) if (applies(rule, request, nowMs)) into.push(rule);
}

/** Every field of the scope that is set must match; the index has checked the first and the endpoint. */
function applies({ throttle }: Rule, request: RequestContext, nowMs: number): boolean {
  const { ip, tokenId } = throttle.scope;
  return (
    throttle.expiresAt > nowMs &&
    (ip === undefined || ip === request.ip) &&
    (tokenId === undefined || tokenId === request.tokenId)
  );
}

const refuses = (rule: Rule, nowMs: number): boolean =>
  rule.bucket === undefined || waitMs(rule.bucket, nowMs) > 0;

/** A request must pass every bucket, and is counted in all of them or, when refused, in none. */
function conclude(rules: readonly Rule[], nowMs: number, mode: Mode): Decision {
  let enforced: Rule | undefined;
  let shadowed: Rule | undefined;
  let tightest: Rule | undefined;
  for (const rule of rules) {
    const shadow = mode === 'shadow' || rule.throttle.mode === 'shadow';
    if (refuses(rule, nowMs)) {
      if (shadow) shadowed = worse(shadowed, rule, nowMs);
      else enforced = worse(enforced, rule, nowMs);
    } else if (!shadow) tightest = tighter(tightest, rule, nowMs);
  }
  if (enforced) return describe(enforced, nowMs, { conclusion: enforced.throttle.conclusion });
  for (const rule of rules) if (rule.bucket && !refuses(rule, nowMs)) take(rule.bucket, nowMs);
  if (shadowed) {
    return describe(shadowed, nowMs, { conclusion: 'allow', shadow: shadowed.throttle.conclusion });
  }
  return tightest ? describe(tightest, nowMs, { conclusion: 'allow' }) : allowed;
}

/** The more severe of two refusals; of two throttles, the one that makes the caller wait longer. */
function worse(a: Rule | undefined, b: Rule, nowMs: number): Rule {
  if (!a) return b;
  const difference = severity[b.throttle.conclusion] - severity[a.throttle.conclusion];
  if (difference !== 0) return difference > 0 ? b : a;
  if (!a.bucket || !b.bucket) return a;
  return waitMs(b.bucket, nowMs) > waitMs(a.bucket, nowMs) ? b : a;
}

function tighter(a: Rule | undefined, b: Rule, nowMs: number): Rule {
  if (!a?.bucket || !b.bucket) return b;
  return level(b.bucket, nowMs) < level(a.bucket, nowMs) ? b : a;
}

function describe(rule: Rule, nowMs: number, as: Pick<Decision, 'conclusion' | 'shadow'>): Decision {
  const { throttle, bucket } = rule;
  const decision: Decision = {
    ...as,
    reason: throttle.kind,
    expiresAt: throttle.expiresAt,
    alertId: throttle.alertId,
    throttleId: throttle.id,
  };
  if (bucket) {
    const remaining = Math.floor(level(bucket, nowMs) + 1e-9);
    decision.limitPerMinute = throttle.limitPerMinute;
    decision.remaining = remaining;
    if (remaining === 0) {
      const wait = Math.ceil(waitMs(bucket, nowMs));
      decision.retryAfterMs = Math.min(wait, throttle.expiresAt - nowMs);
    }
  }
  return decision;
}
