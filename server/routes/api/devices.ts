/**
 * `/api/devices`: the signed-in operator's own passkeys. `/api/operator-devices`: everybody's, a right of its own.
 * Adding one is a ceremony, so its two calls are held to the rules of the sign-in routes too.
 */

import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  deviceFinishSchema,
  deviceId,
  deviceListSchema,
  deviceNameSchema,
  deviceSchema,
  operatorDeviceSchema,
  operatorDevicesQuerySchema,
} from '../../../lib/contract/account.schema.ts';
import type { Device, DeviceList } from '../../../lib/contract/account.ts';
import { noQuerySchema } from '../../../lib/contract/api.schema.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { AppError } from '../../http/app-error.ts';
import type { ApiEnv } from '../../http/env.ts';
import { authenticatorNames } from '../../identity/aaguids.table.ts';
import type { DeviceRow } from '../../identity/account-store.ts';
import { authorize } from '../../identity/authorize.ts';
import { devicesMax } from '../../identity/devices.ts';
import type { Identity } from '../../identity/identity.ts';
import type { Principal } from '../../identity/principal.ts';
import type { IdentityStore } from '../../identity/store.ts';
import { decodeCursor, encodeCursor } from '../../storage/cursor.ts';
import { callerOf } from '../auth/browser.ts';
import { ceremonySchema, emptySchema } from '../auth/ceremony-schema.ts';
import { createCeremonyGuard, type GuardDeps } from '../auth/sign-in-guard.ts';
import {
  type ApiModule,
  createApiModule,
  jsonAnswer,
  jsonBody,
  jsonOnly,
  noBody,
  notFoundAnswer,
} from './api-module.ts';

export interface DeviceRouteDeps extends GuardDeps {
  identity: GuardDeps['identity'] & Pick<Identity, 'devices'>;
  store: Pick<IdentityStore, 'listDevices' | 'findOperator' | 'findFamily'>;
  clock: { now(): number };
}

const caller = (c: Context<ApiEnv>) => callerOf(c.req, c.get('clientAddress'));

export function createDeviceRoutes(deps: DeviceRouteDeps): ApiModule {
  const app = createApiModule();
  app.route('/', ownRoutes(deps));
  app.route('/', addRoutes(deps));
  app.route('/', adminRoutes(deps));
  return app;
}

function ownRoutes(deps: DeviceRouteDeps): ApiModule {
  const app = createApiModule();
  const { devices } = deps.identity;
  app.openapi(listRoute, async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'device.read', { id: principal.operatorId });
    return c.json(await listOwn(deps, principal), 200);
  });
  app.openapi(renameRoute, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    authorize(principal, 'device.rename', { id, owner: principal.operatorId });
    await devices.rename(principal, { id, ...c.req.valid('json') }, caller(c));
    return c.json(await ownDevice(deps, principal, id), 200);
  });
  app.openapi(removeRoute, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    authorize(principal, 'device.remove', { id, owner: principal.operatorId });
    await devices.removeOwn(principal, id, caller(c));
    return c.body(null, 204);
  });
  return app;
}

function addRoutes(deps: DeviceRouteDeps): ApiModule {
  const app = createApiModule();
  const { devices } = deps.identity;
  const middleware = createCeremonyGuard(deps, 'sign_in');
  app.openapi(createRoute({ ...beginRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'device.add');
    return c.json(await devices.begin(principal, caller(c)), 200);
  });
  app.openapi(createRoute({ ...finishRoute, middleware }), async (c) => {
    const principal = c.get('principal');
    authorize(principal, 'device.add');
    const added = await devices.finish(principal, c.req.valid('json'), caller(c));
    return c.json(await ownDevice(deps, principal, added.deviceId), 200);
  });
  return app;
}

function adminRoutes(deps: DeviceRouteDeps): ApiModule {
  const app = createApiModule();
  app.openapi(listAllRoute, async (c) => {
    const principal = c.get('principal');
    const { operatorId, limit, cursor } = c.req.valid('query');
    authorize(principal, 'operator_device.read');
    const { rows, total } = await deps.store.listDevices({
      ...{ operatorId, nowMs: deps.clock.now(), limit: limit + 1 },
      after: cursor === undefined ? undefined : decodeCursor(cursor),
    });
    const shown = rows.slice(0, limit);
    const current = await currentCredentialId(deps, principal);
    const items = shown.map((row) => ({ ...deviceOf(row, current), operator: row.operator }));
    const last = rows.length > limit ? shown.at(-1)?.credential : undefined;
    const next = last && { nextCursor: encodeCursor({ at: last.createdAt, id: last.deviceId }) };
    return c.json({ items, total, ...next }, 200);
  });
  app.openapi(removeAnyRoute, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    authorize(principal, 'operator_device.remove', { id });
    await deps.identity.devices.removeAny(principal, id, caller(c));
    return c.body(null, 204);
  });
  return app;
}

async function listOwn(deps: DeviceRouteDeps, principal: Principal): Promise<DeviceList> {
  const { operatorId } = principal;
  const nowMs = deps.clock.now();
  const { rows } = await deps.store.listDevices({ operatorId, nowMs, limit: devicesMax });
  const operator = await deps.store.findOperator(operatorId);
  if (operator === undefined) throw new AppError('not_found');
  const current = await currentCredentialId(deps, principal);
  return {
    items: rows.map((row) => deviceOf(row, current)),
    addAnother: rows.length < 2,
    signal: {
      rpId: deps.publicUrl.hostname,
      userId: Buffer.from(operator.userHandle).toString('base64url'),
      allAcceptedCredentialIds: rows.map(({ credential }) => credential.id),
      name: operator.name,
      displayName: operator.name,
    },
  };
}

async function ownDevice(deps: DeviceRouteDeps, principal: Principal, id: string): Promise<Device> {
  const found = (await listOwn(deps, principal)).items.find((device) => device.id === id);
  if (found === undefined) throw new AppError('not_found');
  return found;
}

/** The passkey that opened this session. */
async function currentCredentialId(deps: DeviceRouteDeps, principal: Principal): Promise<string> {
  return (await deps.store.findFamily(principal.familyId))?.family.credentialId ?? '';
}

function deviceOf({ credential, sessions, lastAddress }: DeviceRow, currentCredentialId: string): Device {
  const { deviceId, name, aaguid, createdAt, lastUsedAt, cloneSuspectedAt } = credential;
  const authenticator = authenticatorNames.get(aaguid);
  return {
    id: deviceId,
    name,
    ...(authenticator === undefined ? {} : { authenticator }),
    createdAt,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(lastAddress === undefined ? {} : { lastAddress }),
    kind: credential.backupEligible ? 'synced' : 'device_bound',
    backedUp: credential.backedUp,
    ...(cloneSuspectedAt === undefined ? {} : { cloneSuspectedAt }),
    sessions,
    current: credential.id === currentCredentialId,
  };
}

const deviceParams = z.object({ id: deviceId });

const listRoute = createRoute({
  method: 'get',
  path: '/api/devices',
  summary: "The signed-in operator's passkeys.",
  request: { query: noQuerySchema },
  responses: jsonAnswer(deviceListSchema, 'All of them, and what to tell the browser about them.'),
});

const renameRoute = createRoute({
  method: 'patch',
  path: '/api/devices/{id}',
  summary: 'Name one of your passkeys.',
  middleware: jsonOnly,
  request: { params: deviceParams, query: noQuerySchema, body: jsonBody(deviceNameSchema) },
  responses: { ...jsonAnswer(deviceSchema, 'The passkey as it is now.'), ...notFoundAnswer },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/devices/{id}',
  summary: 'Remove one of your passkeys, and the sessions that it opened; not the last one.',
  middleware: [noBody] as const,
  request: { params: deviceParams, query: noQuerySchema },
  responses: { 204: { description: 'Removed.' }, ...notFoundAnswer, 409: { description: 'The last one.' } },
});

const beginRoute = {
  method: 'post',
  path: '/api/devices/begin',
  summary: 'Begin to add a passkey.',
  request: { query: noQuerySchema, body: jsonBody(emptySchema) },
  responses: jsonAnswer(ceremonySchema, 'Options for a new passkey.'),
} as const;

const finishRoute = {
  method: 'post',
  path: '/api/devices/finish',
  summary: 'Add the passkey that was made.',
  request: { query: noQuerySchema, body: jsonBody(deviceFinishSchema) },
  responses: jsonAnswer(deviceSchema, 'The new passkey.'),
} as const;

const listAllRoute = createRoute({
  method: 'get',
  path: '/api/operator-devices',
  summary: "All operators' passkeys, or one operator's.",
  request: { query: operatorDevicesQuerySchema },
  responses: jsonAnswer(pageOf(operatorDeviceSchema), 'One page, with the total.'),
});

const removeAnyRoute = createRoute({
  method: 'delete',
  path: '/api/operator-devices/{id}',
  summary: "Remove any operator's passkey, and the sessions that it opened; not somebody's last one.",
  middleware: [noBody] as const,
  request: { params: deviceParams, query: noQuerySchema },
  responses: { 204: { description: 'Removed.' }, ...notFoundAnswer, 409: { description: 'The last one.' } },
});
