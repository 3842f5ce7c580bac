/**
 * The only translator between a framework's request and Tidegate's words. An adapter states the facts of a request
 * and how it ended; here they become a decision, a refusal and one event. Nothing in it throws: what a customer's
 * function throws is counted, and its default used.
 */

import type { Decision } from '../../lib/contract/decision.ts';
import { endpointName } from '../../lib/contract/event.ts';
import { callerAddress } from './caller-address.ts';
import type { Client } from './client.ts';
import { type FailMode, functionOf } from './options.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import { normalTemplate, objectIn, unmatchedTemplate } from './route-template.ts';

export interface ObserveOptions<Request> {
  /** Who calls: a user id or key id. Where it gives nothing, the caller is `ip:<address>`. */
  user?: (request: Request) => string | number | null | undefined;
  /** Id, never the value, of the access token. */
  tokenId?: (request: Request) => string | null | undefined;
  /** The caller's address, where neither the socket nor `X-Forwarded-For` tells it. */
  ip?: (request: Request) => string | null | undefined;
  /** The object that the call names. Default: the value of the route's last parameter. */
  objectId?: (request: Request) => string | number | null | undefined;
  /** Proxies in front of this process that append to `X-Forwarded-For`. Default 0: the header is ignored. */
  trustProxy?: number;
  /** What to do when Tidegate cannot be reached; a function decides per endpoint (`GET /v1/orders/{id}`). */
  failMode?: FailMode | ((endpoint: string) => FailMode | undefined);
}

/** What every framework knows when a request arrives. */
export interface RequestFacts {
  method: string;
  /** Raw path, with or without the query. */
  path: string;
  /** The framework's pattern of the route, in its own spelling; undefined when none matched. */
  template: string | undefined;
  /** Address of the connection. */
  socketAddress: string | undefined;
  header: (name: string) => string | undefined;
}

/** How it ended. */
export interface Outcome {
  status: number;
  bytes?: number | undefined;
  /** The route, where it became known only while the request was handled. May throw: frameworks undo themselves. */
  lateTemplate?: () => string | undefined;
}

export interface Observation {
  readonly decision: Decision;
  /** What to answer instead of calling the handler; undefined when the request may pass. */
  readonly refusal: Refusal | undefined;
  /** True when the route was known, so that the decision was about the right endpoint. */
  readonly isRouted: boolean;
  /** Ships the event. Only the first call counts, so that every way a response can end may tell. */
  end(outcome: Outcome): void;
  /** Another observation of the same request takes over. */
  abandon(): void;
}

/** Status of a request whose caller left before the answer began, as proxies log it. */
export const callerLeftStatus = 499;

/** @throws TypeError for options that cannot be used. */
export function createObserver<Request>(
  client: Pick<Client, 'capture' | 'decide' | 'warn'>,
  options: ObserveOptions<Request>,
): (request: Request, facts: RequestFacts) => Observation {
  const { trustProxy = 0, failMode } = options;
  if (!Number.isInteger(trustProxy) || trustProxy < 0) {
    throw new TypeError('trustProxy must be the number of your own proxies.');
  }
  for (const name of ['user', 'tokenId', 'ip', 'objectId'] as const) functionOf(name, options[name]);
  const ask = <T>(from: (() => T) | undefined): T | undefined => {
    try {
      return from?.();
    } catch {
      client.warn('option_threw');
      return undefined;
    }
  };
  const failModeOf = (endpoint: string): FailMode | undefined =>
    typeof failMode === 'function' ? ask(() => failMode(endpoint)) : failMode;

  const lateRoute = ({ lateTemplate }: Outcome): string | undefined => {
    try {
      return routeIn(lateTemplate?.());
    } catch {
      client.warn('route_unreadable');
      return undefined;
    }
  };

  return (request, facts) => {
    const startedAt = Date.now();
    const startedMs = performance.now();
    const { method } = facts;
    const path = facts.path.split('?', 1)[0] ?? '/';
    const forwardedFor = facts.header('x-forwarded-for');
    const ip =
      textOf(ask(() => options.ip?.(request))) ??
      callerAddress(facts.socketAddress, forwardedFor, trustProxy);
    if (ip === undefined) client.warn('address_unknown');
    const user = textOf(ask(() => options.user?.(request))) ?? `ip:${ip ?? 'unknown'}`;
    const tokenId = textOf(ask(() => options.tokenId?.(request)));
    const template = routeIn(facts.template);
    const endpoint = endpointName(method, template ?? unmatchedTemplate);
    const decision = client.decide({ user, endpoint, ip, tokenId }, { failMode: failModeOf(endpoint) });
    const refusal = refusalOf(decision, { authorization: facts.header('authorization'), tokenId });
    let isOver = false;
    return {
      decision,
      refusal,
      isRouted: template !== undefined,
      abandon() {
        isOver = true;
      },
      end(outcome) {
        if (isOver) return;
        isOver = true;
        const route = template ?? lateRoute(outcome);
        client.capture({
          ts: startedAt,
          user,
          method,
          endpoint: route ?? unmatchedTemplate,
          status: outcome.status,
          latencyMs: performance.now() - startedMs,
          bytes: outcome.bytes,
          ip,
          ua: facts.header('user-agent'),
          tokenId,
          objectId:
            textOf(ask(() => options.objectId?.(request))) ?? (route ? objectIn(route, path) : undefined),
          // The template says all there is to know, except where there is none.
          path: route === undefined ? path : undefined,
          refused: refusal !== undefined,
        });
      },
    };
  };
}

/** A pattern that takes everything is no route: the raw path says more. */
function routeIn(pattern: string | undefined): string | undefined {
  const template = pattern === undefined ? unmatchedTemplate : normalTemplate(pattern);
  return template === unmatchedTemplate ? undefined : template;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
