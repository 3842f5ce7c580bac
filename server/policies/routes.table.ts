/**
 * What each HTTP route asks for, as data. A route without a line here does not exist: the server refuses to start with
 * it (http/app.ts), and a protected one that answers without having asked is an error. `open` says why a route needs no
 * operator and no key: what it checks instead.
 */

import type { Action } from './actions.table.ts';

type RouteRule = { asks: readonly Action[] } | { open: string };

const asks = (...actions: Action[]): RouteRule => ({ asks: actions });
const open = (reason: string): RouteRule => ({ open: reason });

const client = "the client's secret, or for public clients the grant itself and a proof of its key";
const appOrigins = "tells a browser whether this app's page may call, by its origin";
const ceremony = 'a passkey ceremony, bound to the browser that began it';

export const routes: Readonly<Record<string, RouteRule>> = {
  'GET /healthz': open('says only that the process lives'),
  'GET /readyz': open('says only whether it works, for the machinery around it'),
  'GET /metrics': asks('metrics.read'),
  'POST /csp-reports': open('a browser tells what the content security policy kept out: counted, not kept'),
  'GET /openapi.json': open('describes the API, holds no data'),

  'POST /v1/events': asks('event.ship'),
  'GET /v1/decision': asks('decision.read'),
  'GET /v1/baseline': asks('baseline.read'),
  'GET /v1/stream': asks('stream.read'),

  'GET /api/session': open('says whether the first operator is still to be made'),
  'POST /api/setup/begin': open('the one-time token of the setup link'),
  'POST /api/setup/finish': open(ceremony),
  'POST /api/sign-in/begin': open(ceremony),
  'POST /api/sign-in/finish': open(ceremony),
  'POST /api/session/refresh': open('the refresh cookie and a proof of its key'),
  'POST /api/session/sign-out': asks('session.end_own'),
  'GET /api/me': asks('operator.read_self'),

  'POST /api/auth/step-up/begin': asks('session.step_up'),
  'POST /api/auth/step-up/finish': asks('session.step_up'),
  'GET /api/devices': asks('device.read'),
  'POST /api/devices/begin': asks('device.add'),
  'POST /api/devices/finish': asks('device.add'),
  'PATCH /api/devices/{id}': asks('device.rename'),
  'DELETE /api/devices/{id}': asks('device.remove'),
  'GET /api/operator-devices': asks('operator_device.read'),
  'DELETE /api/operator-devices/{id}': asks('operator_device.remove'),
  'GET /api/recovery': asks('recovery.read'),
  'POST /api/recovery/codes': asks('recovery.create_codes'),
  'GET /api/recovery/links': asks('recovery.read_links'),
  'POST /api/recovery/links': asks('recovery.create_link'),
  'DELETE /api/recovery/links/{id}': asks('recovery.revoke_link'),
  'POST /api/recovery/redeem': open('a one-time code or link, counted against guessing'),
  'POST /api/recovery/enrol/begin': asks('recovery.enrol'),
  'POST /api/recovery/enrol/finish': asks('recovery.enrol'),
  'GET /api/notices': asks('notice.read'),

  'GET /api/sessions': asks('session.read'),
  'GET /api/sessions/{id}': asks('session.read'),
  // Who may not see it is told that there is none.
  'DELETE /api/sessions/{id}': asks('session.read', 'session.revoke'),
  'POST /api/sessions/preview': asks('session.preview'),
  'POST /api/sessions/revoke': asks('session.revoke'),
  'GET /api/audit': asks('audit.read'),
  'GET /api/audit/export': asks('audit.export'),
  'GET /api/audit/verification': asks('audit.verify'),

  'GET /api/clients': asks('client.read'),
  'POST /api/clients': asks('client.create'),
  'PUT /api/clients/{id}': asks('client.update'),
  'DELETE /api/clients/{id}': asks('client.revoke'),
  'POST /api/clients/{id}/secrets': asks('client.create_secret'),
  'DELETE /api/clients/{id}/secrets/{secretId}': asks('client.revoke_secret'),
  'GET /api/callers': asks('caller.read'),
  'POST /api/callers': asks('caller.create'),
  'POST /api/callers/{id}/link': asks('caller.create_link'),
  'POST /api/callers/{id}/disable': asks('caller.disable'),
  'POST /api/callers/{id}/enable': asks('caller.enable'),
  'GET /api/signing-keys': asks('signing_key.read'),
  'POST /api/signing-keys/rotate': asks('signing_key.rotate'),
  'POST /api/signing-keys/replace': asks('signing_key.revoke'),

  'GET /.well-known/oauth-authorization-server': open('where everything is, the same for everyone'),
  'GET /.well-known/jwks.json': open('public keys'),
  'GET /oauth/authorize': open('client and redirect URI; it opens a page that asks for a passkey'),
  'GET /oauth/requests/{id}': open('the unguessable id of an authorization that waits'),
  'POST /oauth/requests/{id}/begin': open(ceremony),
  'POST /oauth/requests/{id}/finish': open(ceremony),
  'POST /oauth/requests/{id}/cancel': open('the unguessable id of an authorization that waits'),
  'POST /oauth/enrol/begin': open('the one-time token of a link'),
  'POST /oauth/enrol/finish': open(ceremony),
  'POST /oauth/token': open(client),
  'OPTIONS /oauth/token': open(appOrigins),
  'OPTIONS /oauth/revoke': open(appOrigins),
  'POST /oauth/revoke': open(client),
  'POST /oauth/introspect': open(client),
  'GET /api/operators': asks('operator.read'),
  'PATCH /api/operators/{id}': asks('operator.update'),
  'POST /api/operators/{id}/disable': asks('operator.disable'),
  'POST /api/operators/{id}/enable': asks('operator.enable'),
  'GET /api/invites': asks('invite.read'),
  'POST /api/invites': asks('invite.create'),
  'DELETE /api/invites/{id}': asks('invite.revoke'),
  'POST /api/invite/begin': open('the one-time token of an invitation'),
  'POST /api/invite/finish': open(ceremony),
  'GET /api/policies': asks('policy.read'),
  'GET /api/policies/versions/{version}': asks('policy.read'),
  'POST /api/policies/validate': asks('policy.test'),
  'POST /api/policies/dry-run': asks('policy.test'),
  'POST /api/policies': asks('policy.update'),
  'POST /api/policies/restore': asks('policy.update'),
  'GET /api/alert-answers': asks('alert_answers.read'),
  'PUT /api/alert-answers': asks('alert_answers.update'),
  'POST /api/alerts/{id}/answer': asks('alert.answer', 'alert.revoke'),

  'GET /api/live': asks('live.read'),
  'GET /api/alerts': asks('alert.read'),
  'GET /api/alerts/{id}': asks('alert.read'),
  'POST /api/alerts/{id}/acknowledge': asks('alert.update'),
  'POST /api/alerts/{id}/resolve': asks('alert.update'),
  'POST /api/alerts/{id}/reopen': asks('alert.update'),
  'POST /api/alerts/{id}/mute': asks('alert.update'),
  'POST /api/alerts/bulk': asks('alert.update'),
  'GET /api/users': asks('user.read'),
  'GET /api/users/{user}': asks('user.read'),
  'GET /api/users/{user}/series': asks('user.read'),
  'GET /api/endpoints': asks('endpoint.read'),
  'GET /api/endpoints/detail': asks('endpoint.read'),
  'GET /api/endpoints/series': asks('endpoint.read'),
  'GET /api/throttles': asks('throttle.read'),
  'DELETE /api/throttles/{id}': asks('throttle.lift'),
  'GET /api/exceptions': asks('exception.read'),
  'POST /api/exceptions': asks('exception.create'),
  'DELETE /api/exceptions/{id}': asks('exception.delete'),
  'GET /api/ingest-keys': asks('ingest_key.read'),
  'POST /api/ingest-keys': asks('ingest_key.create'),
  'DELETE /api/ingest-keys/{id}': asks('ingest_key.revoke'),
  'GET /api/settings': asks('settings.read'),
  'PUT /api/settings': asks('settings.update'),
};

/** Paths under /api/ that nobody has to be signed in for. */
export const openApiPaths: ReadonlySet<string> = new Set(
  Object.entries(routes).flatMap(([route, rule]) => {
    const path = route.slice(route.indexOf(' ') + 1);
    return 'open' in rule && path.startsWith('/api/') ? [path] : [];
  }),
);

/** As the table writes a route: `:id` of the router is `{id}`. */
export function routeName(method: string, path: string): string {
  return `${method} ${path.replaceAll(/:([A-Za-z]+)(\{[^}]*\})?/g, '{$1}')}`;
}
