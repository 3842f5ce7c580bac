/**
 * The guard of each row of the security checklist: the lines without which its test turns red, as data. `scripts/guards.mjs`
 * takes each away in a copy of the tree and runs the test, so that "held by a test" is a thing that was seen, and
 * `security-rows.test.ts` keeps this table in step with SECURITY.md and the sources.
 */

export interface Guard {
  rows: readonly string[];
  file: string;
  /** The exact text, there once. */
  remove: string;
  /** What stands there without the guard; nothing by default. */
  leave?: string;
  /** Where tests named after the rows turn red. */
  test: string;
}

const identity = 'server/identity';
const ceremonies = `${identity}/ceremonies.ts`;
const webauthn = `${identity}/webauthn.ts`;
const signIn = 'server/routes/auth/sign-in.test.ts';
const stepUp = 'server/routes/auth/step-up.test.ts';
const session = 'server/routes/auth/session.test.ts';
const recovery = 'server/routes/auth/recovery.test.ts';
const setup = 'server/routes/auth/setup.test.ts';
const access = 'server/routes/api/access.test.ts';
const adminApi = 'server/routes/api/admin-api.test.ts';
const devices = 'server/routes/api/devices.test.ts';
const authenticate = `${identity}/authenticate.test.ts`;
const bounds = `${identity}/bounds.test.ts`;
const machines = 'server/oauth/client-credentials.test.ts';
const people = 'server/oauth/authorization-code.test.ts';
const verifier = 'sdk/test/token-verifier.test.ts';
const dispatcher = 'server/http/dispatcher.test.ts';
const oddRequests = 'server/http/odd-requests.test.ts';
const stream = 'server/stream/console-stream.test.ts';
const rights = 'server/stream/console-rights.test.ts';
const base = 'server/policies/built-in/base.cedar';

export const guards: readonly Guard[] = [
  {
    rows: ['WA-01'],
    file: ceremonies,
    remove: '      remove(id, entry);\n      if (entry.expiresAt',
    leave: '      if (entry.expiresAt',
    test: stepUp,
  },
  {
    rows: ['WA-02'],
    file: ceremonies,
    remove: 'if (entry.jkt !== binding.jkt) return undefined;',
    test: signIn,
  },
  { rows: ['WA-03'], file: ceremonies, remove: 'isOfType(entry, type) ?', leave: 'true ?', test: stepUp },
  {
    rows: ['WA-04'],
    file: webauthn,
    remove: 'expectedOrigin: site.origin,\n    expectedRPID: site.rpId,\n    // Counter zero',
    leave:
      'expectedOrigin: decodeClientDataJSON(answer.response.clientDataJSON).origin,\n    expectedRPID: site.rpId,\n    // Counter zero',
    test: signIn,
  },
  {
    rows: ['WA-05'],
    file: webauthn,
    remove: "return (clientData.crossOrigin ?? false) !== false || 'topOrigin' in clientData;",
    leave: 'return clientData === undefined;',
    test: signIn,
  },
  {
    rows: ['WA-06'],
    file: webauthn,
    remove: 'expectedRPID: site.rpId,\n    // Counter zero',
    leave: "expectedRPID: [site.rpId, 'evil.example'],\n    // Counter zero",
    test: signIn,
  },
  {
    rows: ['WA-07'],
    file: webauthn,
    remove: "requireUserVerification: true,\n  });\n  if (!verified) return invalid('signature');",
    leave: "requireUserVerification: false,\n  });\n  if (!verified) return invalid('signature');",
    test: signIn,
  },
  { rows: ['WA-08'], file: webauthn, remove: "if (!verified) return invalid('signature');", test: signIn },
  {
    rows: ['WA-09'],
    file: webauthn,
    remove:
      "if (!equalText(answer.response.userHandle, known.userHandle)) return invalid('user handle of another');",
    test: signIn,
  },
  {
    rows: ['WA-10'],
    file: `${identity}/passkey-check.ts`,
    remove: '  const verdict = await verifyKnown(',
    leave: "  if (known === undefined) throw fail('early', '');\n  const verdict = await verifyKnown(",
    test: signIn,
  },
  {
    rows: ['WA-11'],
    file: webauthn,
    remove: "if (hasRunBackwards(known.credential.counter, counter)) return { kind: 'cloned', counter };",
    test: signIn,
  },
  {
    rows: ['WA-12'],
    file: webauthn,
    remove:
      "if (isEligible !== known.credential.backupEligible) return invalid('backup eligibility changed');",
    test: signIn,
  },
  {
    rows: ['WA-13'],
    file: 'server/storage/device-store.ts',
    remove: "if (isDuplicate(error)) return 'credential_taken';",
    test: devices,
  },
  {
    rows: ['WA-14'],
    file: 'server/routes/auth/sign-in-guard.ts',
    remove: 'jsonBodyOf(64 * 1024)',
    leave: 'jsonBodyOf(64 * 1024 * 1024)',
    test: signIn,
  },
  {
    rows: ['WA-15'],
    file: webauthn,
    remove: "if (!(await isUsable(credential.publicKey))) return invalid('key');",
    test: signIn,
  },
  {
    rows: ['WA-15'],
    file: webauthn,
    remove: '[-7, 2],',
    leave: '[-7, 2],\n  [-65535, 2],',
    test: signIn,
  },
  {
    rows: ['WA-16', 'AZ-11'],
    file: 'server/http/app.ts',
    remove: 'if (openApiPaths.has(c.req.path)) return next();',
    leave: 'if ([...openApiPaths].some((path) => c.req.path.startsWith(path))) return next();',
    test: dispatcher,
  },
  {
    rows: ['WA-17'],
    file: `${identity}/sign-in.ts`,
    remove: 'await deps.sessions.supersede(previousCookie, caller);',
    test: session,
  },

  {
    rows: ['AT-01'],
    file: `${identity}/access-tokens.ts`,
    remove: "if (!isSpelledOnce(token)) return { kind: 'invalid', internal: 'not as it was issued' };",
    test: authenticate,
  },
  {
    rows: ['AT-01'],
    file: `${identity}/access-tokens.ts`,
    remove: "return { kind: 'invalid', internal: error instanceof Error ? error.message : 'unknown' };",
    leave:
      "return readClaims(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()), '', clock.now());",
    test: authenticate,
  },
  {
    rows: ['AT-02'],
    file: `${identity}/access-tokens.ts`,
    remove:
      '({ kid }) => {\n        const key = kid === undefined ? undefined : keyring.verifying().get(kid);',
    leave:
      "async ({ kid = '', jwk }) => {\n        const key = jwk ? await (await import('jose')).importJWK(jwk, 'EdDSA') : keyring.verifying().get(kid);",
    test: authenticate,
  },
  {
    rows: ['AT-03'],
    file: `${identity}/access-tokens.ts`,
    remove: "        typ: 'at+jwt',\n",
    test: authenticate,
  },
  {
    rows: ['AT-04'],
    file: `${identity}/access-tokens.ts`,
    remove: '...(audience === undefined ? {} : { audience }),',
    test: authenticate,
  },
  {
    rows: ['AT-05'],
    file: `${identity}/access-tokens.ts`,
    remove:
      "if ((exp - iat) * 1000 > accessTokenLifetimeMs) return { kind: 'invalid', internal: 'lives too long' };",
    test: authenticate,
  },
  {
    rows: ['AT-06'],
    file: `${identity}/authenticate.ts`,
    remove: "request.headers.get('authorization') ?? ''",
    leave:
      "request.headers.get('authorization') ?? ('DPoP ' + new URL(request.url).searchParams.get('access_token'))",
    test: authenticate,
  },
  {
    rows: ['AT-07'],
    file: 'server/policies/operator-administration.ts',
    remove: 'deps.standing.changed(changed.standing);',
    test: access,
  },
  {
    rows: ['AT-08'],
    file: 'server/http/app.ts',
    remove: "if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');",
    test: authenticate,
  },

  {
    rows: ['DP-01'],
    file: `${identity}/dpop.ts`,
    remove: "if (header === undefined) return invalid('no proof');",
    leave: "if (header === undefined) return { kind: 'valid', jkt: '' };",
    test: authenticate,
  },
  {
    rows: ['DP-02'],
    file: `${identity}/authenticate.ts`,
    remove: '/^DPoP ([A-Za-z0-9_.-]+)$/i',
    leave: '/^(?:DPoP|Bearer) ([A-Za-z0-9_.-]+)$/i',
    test: authenticate,
  },
  {
    rows: ['DP-03'],
    file: `${identity}/dpop.ts`,
    remove: "if (jkt !== expected.token.jkt) return invalid('another key than the token is bound to');",
    test: authenticate,
  },
  {
    rows: ['DP-04', 'WS-02'],
    file: `${identity}/dpop.ts`,
    remove: "if (replay === 'seen') return invalid('used before');",
    test: authenticate,
  },
  {
    rows: ['DP-05'],
    file: `${identity}/dpop.ts`,
    remove:
      "if (!isForRequest(claims, { method, origin: deps.publicOrigin, path })) return invalid('another request');",
    test: authenticate,
  },
  {
    rows: ['DP-06'],
    file: `${identity}/dpop.ts`,
    remove: 'if (claims.ath === undefined || !equalText(claims.ath, sha256Text(expected.token.text))) {',
    leave: 'if (expected.quotaKey === undefined) {',
    test: authenticate,
  },
  {
    rows: ['DP-07'],
    file: 'lib/enforcement/dpop-nonce.ts',
    remove: 'age < stepsAccepted && ',
    test: authenticate,
  },
  {
    rows: ['DP-08'],
    file: `${identity}/dpop.ts`,
    remove: "if (!isFresh) return { kind: 'stale_nonce' };",
    test: authenticate,
  },
  {
    rows: ['DP-09'],
    file: 'lib/enforcement/dpop-proof.ts',
    remove: "header.typ !== 'dpop+jwt' || ",
    test: authenticate,
  },
  {
    rows: ['DP-10'],
    file: 'lib/enforcement/dpop-proof.ts',
    remove: 'if (privateMembers.some((member) => member in jwk)) return undefined;',
    test: authenticate,
  },
  {
    rows: ['DP-11'],
    file: `${identity}/dpop.ts`,
    remove: 'await openProof(header)',
    leave: "await openProof(header.split(',')[0] ?? '')",
    test: authenticate,
  },
  {
    rows: ['DP-12'],
    file: 'lib/enforcement/replay-cache.ts',
    remove: 'used >= deps.quotaMax || ',
    test: bounds,
  },
  {
    rows: ['DP-13'],
    file: `${identity}/dpop.ts`,
    remove: 'origin: deps.publicOrigin, path }',
    leave: 'origin: new URL(claims.htu).origin, path }',
    test: authenticate,
  },

  {
    rows: ['RT-01'],
    file: 'lib/identity/token-family.ts',
    remove: "if (!isCurrent && !isParentInGrace(family, presented, nowMs)) return { kind: 'reuse' };",
    test: session,
  },
  {
    rows: ['RT-02'],
    file: `${identity}/families.ts`,
    remove: "await end(deps, family, 'reuse', caller, 'anonymous');",
    test: session,
  },
  {
    rows: ['RT-03'],
    file: 'server/storage/family-store.ts',
    remove: 'eq(tokenFamilies.seq, expectedSeq),\n        eq(tokenFamilies.currentHash, expectedHash),',
    test: session,
  },
  {
    rows: ['RT-04'],
    file: 'lib/identity/token-family.ts',
    remove: "return isCurrent ? { kind: 'rotate', nextSeq: family.seq + 1 } : { kind: 'reissue' };",
    leave: "return { kind: 'rotate', nextSeq: family.seq + 1 };",
    test: session,
  },
  {
    rows: ['RT-05', 'RT-07'],
    file: 'lib/identity/token-family.ts',
    remove: "if (shownBy.jkt !== family.jkt) return { kind: 'refuse', reason: 'other_key' };",
    test: session,
  },
  {
    rows: ['RT-06'],
    file: 'lib/identity/token-family.ts',
    remove: "if (nowMs - family.lastUsedAt >= familyIdleMs) return { kind: 'refuse', reason: 'idle' };",
    test: session,
  },
  {
    rows: ['RT-08'],
    file: 'server/routes/auth/session.ts',
    remove: 'return c.json(opened.grant, 200);',
    leave: 'return c.json({ ...opened.grant, cookie: opened.setCookie }, 200);',
    test: session,
  },
  {
    rows: ['RT-09'],
    file: 'lib/identity/refresh-token.ts',
    remove: 'if (!crypto.equal(mac, crypto.mac(macInput(familyId, seq, salt)))) return undefined;',
    test: session,
  },
  {
    rows: ['RT-10'],
    file: 'server/routes/auth/sign-in-guard.ts',
    remove: "if (request.headers.get('origin') !== publicOrigin) {",
    leave: "if (publicOrigin === '') {",
    test: session,
  },
  {
    rows: ['RT-11'],
    file: 'app/_session/session.ts',
    remove: 'await grantNewerThan(before);',
    test: 'e2e/session.e2e.ts',
  },
  {
    rows: ['RT-12'],
    file: 'server/routes/auth/ceremony-schema.ts',
    remove: 'emptySchema = z.strictObject({})',
    leave: 'emptySchema = z.object({})',
    test: session,
  },

  {
    rows: ['RV-01'],
    file: 'server/routes/auth/session.ts',
    remove: 'await identity.sessions.end(',
    leave: '((..._all: unknown[]) => {})(',
    test: session,
  },
  {
    rows: ['RV-02'],
    file: `${identity}/revocation-view.ts`,
    remove: 'for (const revocation of revocations) list.keep(revocation);',
    test: session,
  },
  {
    rows: ['RV-03'],
    file: `${identity}/session-administration.ts`,
    remove: 'return { kind: target.kind, subject: target.id };',
    leave: "return { kind: 'all', subject: '*' };",
    test: 'server/routes/api/sessions.test.ts',
  },
  {
    rows: ['RV-04'],
    file: 'server/oauth/token-state.ts',
    remove: ' || verdict.claims.clientId !== client.id',
    test: machines,
  },
  {
    rows: ['RV-05'],
    file: 'server/oauth/token-state.ts',
    remove: '!mayAsk(client, claims) || ',
    test: machines,
  },
  {
    rows: ['RV-06'],
    file: `${identity}/families.ts`,
    remove: "if (holder.disabledAt !== undefined) return { kind: 'refused', reason: 'disabled' };",
    test: session,
  },
  {
    rows: ['RV-07'],
    file: 'server/routes/api/sessions.ts',
    remove: "if (!isAllowed(principal, 'session.read', { id, owner }) || found === undefined) {",
    leave: 'if (owner === id) {',
    test: 'server/routes/api/sessions.test.ts',
  },
  {
    rows: ['RV-08'],
    file: 'sdk/src/token-verifier.ts',
    remove: "if (!view.isFresh()) return 'unavailable';",
    test: verifier,
  },

  {
    rows: ['SE-01'],
    file: `${identity}/cookies.ts`,
    remove: 'SameSite=Strict',
    leave: 'SameSite=Lax',
    test: session,
  },
  {
    rows: ['SE-02', 'IK-01'],
    file: 'server/http/app.ts',
    remove: 'return deps.requireOperator(c, async () => {',
    leave: 'return (async (_c: unknown, then: () => Promise<void>) => then())(c, async () => {',
    test: dispatcher,
  },
  {
    rows: ['SE-03'],
    file: 'server/routes/api/api-module.ts',
    remove: "if (!/^application\\/json\\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {",
    leave: "if (c.req.method === '') {",
    test: dispatcher,
  },
  {
    rows: ['SE-04'],
    file: 'server/routes/oauth/cross-origin.ts',
    remove: 'if (!isApp) return;',
    leave: 'if (origin === undefined) return;',
    test: people,
  },
  {
    rows: ['SE-05'],
    file: 'server/http/security-headers.ts',
    remove: `"object-src 'none'",`,
    test: dispatcher,
  },
  {
    rows: ['SE-06'],
    file: 'server/routes/auth/ceremony-schema.ts',
    remove: '.regex(/^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+$/u)',
    test: setup,
  },
  {
    rows: ['SE-07'],
    file: 'server/http/refuse-by-hand.ts',
    remove: '...securityHeaders({ ...options, dev: false }),',
    test: oddRequests,
  },
  {
    rows: ['SE-07'],
    file: 'server/http/security-headers.ts',
    remove: "'x-content-type-options': 'nosniff',",
    test: dispatcher,
  },
  {
    rows: ['SE-08'],
    file: 'server/routes/auth/session.ts',
    remove: `c.header('clear-site-data', '"cookies", "storage"');`,
    test: session,
  },
  {
    rows: ['SE-09'],
    file: 'app/_session/next-path.ts',
    remove: "if (url === undefined || url.origin !== origin) return '/';",
    leave: "if (url === undefined) return '/';",
    test: 'app/_session/next-path.test.ts',
  },

  {
    rows: ['WS-01'],
    file: 'server/stream/connection-caps.ts',
    remove: "if (request.headers.origin !== deps.origin) return answer('origin_refused', false);",
    test: stream,
  },
  {
    rows: ['WS-03'],
    file: 'server/stream/console-stream.ts',
    remove: "io.use((_socket, next) => next(refusal('not_found')));",
    test: stream,
  },
  {
    rows: ['WS-04'],
    file: 'server/stream/console-socket.ts',
    remove: "if (!holds(deps, socket)) return ack('token_revoked');",
    test: stream,
  },
  {
    rows: ['WS-05'],
    file: 'server/stream/console-stream.ts',
    remove: 'deps.identity.onSessionEnded(() => cutEnded(deps, room)),',
    test: stream,
  },
  {
    rows: ['WS-06'],
    file: 'server/stream/console-stream.ts',
    remove: 'serveClient: false,',
    leave: 'serveClient: false,\n    connectionStateRecovery: { skipMiddlewares: true },',
    test: 'server/stream/console-session.test.ts',
  },
  {
    rows: ['WS-07'],
    file: `${identity}/authenticate.ts`,
    remove:
      "if (principal.expiresAt <= deps.clock.now()) throw challenge('token_expired', deps.nonces, 'expired');",
    test: authenticate,
  },
  { rows: ['WS-08'], file: 'server/stream/console-stream.ts', remove: 'rights.recheckAll();', test: rights },
  {
    rows: ['WS-09'],
    file: 'server/stream/console-stream.ts',
    remove: 'maxHttpBufferSize: messageBytesMax,',
    test: stream,
  },
  {
    rows: ['WS-10'],
    file: 'server/stream/connection-caps.ts',
    remove: ' || ofAddress >= connectionsPerAddressMax',
    test: stream,
  },
  {
    rows: ['WS-11'],
    file: 'server/stream/console-socket.ts',
    remove: "if (!isEventName(event)) return ack('invalid_request');",
    test: stream,
  },

  {
    rows: ['AZ-01'],
    file: 'server/http/app.ts',
    remove: 'if (first !== undefined && mayNone) authorize(principal, first);',
    test: access,
  },
  {
    rows: ['AZ-01'],
    file: 'server/http/app.ts',
    remove: '  refuseUnruled(app);\n',
    test: 'server/policies/routes.test.ts',
  },
  {
    rows: ['AZ-02', 'DV-04'],
    file: 'server/storage/device-store.ts',
    remove: '              eq(credentials.operatorId, operatorId),\n',
    test: devices,
  },
  {
    rows: ['AZ-03'],
    file: 'lib/contract/operators.schema.ts',
    remove: '  .strictObject({\n    role: operatorRoleSchema.optional(),',
    leave: '  .object({\n    role: operatorRoleSchema.optional(),',
    test: access,
  },
  {
    rows: ['AZ-04'],
    file: 'server/policies/cedar.ts',
    remove: 'if (failed !== undefined) {',
    leave: 'if (failed !== undefined && request.action === undefined) {',
    test: 'server/policies/cedar.test.ts',
  },
  {
    rows: ['AZ-05'],
    file: 'server/policies/administration.ts',
    remove: "keepsOwner: (owners) => ownerRemains(cedar, 'draft', owners, author.from),",
    leave: 'keepsOwner: () => true,',
    test: access,
  },
  {
    rows: ['AZ-06'],
    file: 'server/policies/authority.ts',
    remove: "deps.cedar.load('current', next.policies);",
    test: access,
  },
  {
    rows: ['AZ-07'],
    file: 'server/http/client-address.ts',
    remove: 'while (isTrusted(client)) {',
    leave: 'for (;;) {',
    test: 'server/http/client-address.test.ts',
  },
  {
    rows: ['AZ-08'],
    file: 'server/policies/authority.ts',
    remove: '...networkOf(asker.address),',
    leave: "...networkOf('127.0.0.1'),",
    test: access,
  },
  {
    rows: ['AZ-09', 'DV-01'],
    file: base,
    remove: 'when { context.authenticationAgeSeconds > 300 };',
    leave: 'when { context.authenticationAgeSeconds > 300000 };',
    test: stepUp,
  },
  {
    rows: ['AZ-10'],
    file: 'server/storage/operators.ts',
    remove: 'if (wasOwner && !keepsOwner(await enabledOwners(tx))) throw new LastOwner();',
    test: access,
  },

  {
    rows: ['DV-02'],
    file: 'server/storage/device-store.ts',
    remove: "if ((await deviceCount(tx, found.operatorId)) <= 1) return { kind: 'last' };",
    test: devices,
  },
  {
    rows: ['DV-03'],
    file: 'server/storage/device-store.ts',
    remove: "const revocations = await endFamilies(tx, which, { ...removal, reason: 'device_removed' });",
    leave: 'const revocations: never[] = [];',
    test: devices,
  },
  {
    rows: ['DV-05'],
    file: `${identity}/setup.ts`,
    remove: ' && link.expiresAt > deps.clock.now()',
    test: setup,
  },
  {
    rows: ['DV-06'],
    file: `${identity}/setup.ts`,
    remove: '/setup#token=',
    leave: '/setup?token=',
    test: setup,
  },
  {
    rows: ['DV-07'],
    file: 'server/storage/invites.ts',
    remove: '    isNull(invites.usedAt),\n    isNull(invites.revokedAt),',
    test: access,
  },
  {
    rows: ['DV-08'],
    file: `${identity}/rate-limits.ts`,
    remove: 'recovery: { requests: 60, failures: 10 },',
    leave: 'recovery: { requests: 60_000, failures: 10_000 },',
    test: recovery,
  },
  {
    rows: ['DV-09'],
    file: `${identity}/recovery.ts`,
    remove: 'enrolSessionLifetimeMs = 10 * 60 * 1000',
    leave: 'enrolSessionLifetimeMs = 15 * 60 * 1000',
    test: recovery,
  },

  {
    rows: ['IK-02'],
    file: 'server/storage/ingest-keys.ts',
    remove: 'secretSha256: sha256(secret),',
    leave: 'secretSha256: secret,',
    test: adminApi,
  },
  {
    rows: ['IK-03'],
    file: 'server/storage/ingest-keys.ts',
    remove: 'for (const listener of listeners) listener(id);',
    test: adminApi,
  },
  {
    rows: ['IK-04'],
    file: 'server/routes/v1/read-body.ts',
    remove: 'if (bytes > bytesMax) throw tooLarge();',
    test: 'server/routes/v1/events.test.ts',
  },
  {
    rows: ['IK-05'],
    file: 'server/collector/redaction.ts',
    remove: '.replace(jwt, (token) => digest(token))',
    test: 'server/collector/redaction.test.ts',
  },
  {
    rows: ['SS-01', 'SS-02', 'SS-03'],
    file: 'next.config.js',
    remove: 'unoptimized: true',
    leave: 'unoptimized: false',
    test: 'test/security-rows.test.ts',
  },

  {
    rows: ['RC-01'],
    file: `${identity}/rate-limits.ts`,
    remove: ' || failures >= limits[area].failures',
    test: signIn,
  },
  {
    rows: ['RC-02'],
    file: 'server/http/dispatcher.ts',
    remove: 'if (!isWelcome(request, response)) return;',
    test: oddRequests,
  },
  {
    rows: ['RC-02'],
    file: 'server/http/dispatcher.ts',
    remove: 'server.setTimeout(idleMsMax);',
    test: oddRequests,
  },
  {
    rows: ['WA-14', 'IK-04'],
    file: 'server/http/body-limit.ts',
    remove: "if (Number(headers.get('content-length') ?? 0) > bytesMax) refuse();",
    test: oddRequests,
  },
  {
    rows: ['RC-02'],
    file: 'server/storage/invites.ts',
    remove: 'if ((open?.total ?? 0) >= openInvitesMax) {',
    leave: 'if (open === undefined) {',
    test: access,
  },
  {
    rows: ['RC-03'],
    file: ceremonies,
    remove: 'if (entry.expiresAt <= deps.clock.now()) return undefined;',
    test: `${identity}/ceremonies.property.test.ts`,
  },
  {
    rows: ['AU-01'],
    file: 'server/storage/device-store.ts',
    remove: '  await appendAudit(tx, [use.audit]);\n',
    test: 'server/routes/api/audit.test.ts',
  },
  {
    rows: ['AU-02'],
    file: 'server/routes/auth/browser.ts',
    remove: ".replace(/[^\\x20-\\x7e]/g, '?')",
    test: 'server/routes/api/audit.test.ts',
  },
  {
    rows: ['AU-03'],
    file: 'server/storage/audit.ts',
    remove: ' || row.hash !== hashOf(row)',
    test: 'server/routes/api/audit.test.ts',
  },
  {
    rows: ['AU-04'],
    file: 'server/storage/family-store.ts',
    remove: '        await appendAudit(tx, [end.audit]);\n        return true;\n      }),\n    addRevocation',
    leave:
      '        await transaction((own) => appendAudit(own, [end.audit]));\n        return true;\n      }),\n    addRevocation',
    test: 'test/crash.test.ts',
  },
  {
    rows: ['AU-05'],
    file: 'server/http/problem.ts',
    remove: '...(error.publicDetail === undefined ? {} : { detail: error.publicDetail }),',
    leave: 'detail: error.message,',
    test: dispatcher,
  },
  { rows: ['CF-01'], file: 'server/http/app.ts', remove: '  refuseOtherMethods(app);\n', test: dispatcher },
  {
    rows: ['CF-02'],
    file: 'server/routes/auth/session.ts',
    remove: 'app.openapi(stateRoute,',
    leave: "app.get('/api/session',",
    test: dispatcher,
  },
  {
    rows: ['CF-03'],
    file: 'package.json',
    remove: '"next": "',
    leave: '"next": "^',
    test: 'test/security-rows.test.ts',
  },
  {
    rows: ['CF-04'],
    file: 'server/http/json-body.ts',
    remove: 'isKey(json, end) && isDoubled(open.at(-1), json.slice(at, end))',
    leave: 'isKey(json, json.length + end)',
    test: 'server/http/json-body.test.ts',
  },
];
