/** Who has access, and what was done with it: step-up, devices, recovery, sessions, notices and the audit log. */

import type { Identity } from '../../identity/identity.ts';
import type { IdentityStore } from '../../identity/store.ts';
import { createAuditReader } from '../../storage/audit-list.ts';
import { verifyAuditLog } from '../../storage/audit-verification.ts';
import type { Database } from '../../storage/database.ts';
import { createRecoveryRoutes } from '../auth/recovery.ts';
import { createStepUpRoutes } from '../auth/step-up.ts';
import type { ApiModule } from './api-module.ts';
import { createAuditRoutes } from './audit.ts';
import { createDeviceRoutes } from './devices.ts';
import { createNoticeRoutes } from './notices.ts';
import { createSessionAdminRoutes } from './sessions.ts';

export interface AccountDeps {
  identity: Identity;
  store: IdentityStore;
  database: Database;
  /** Where the end of the audit log is noted. */
  dataDir: string;
  publicUrl: URL;
  clock: { now(): number };
}

export function createAccountModules(deps: AccountDeps): ApiModule[] {
  const { db } = deps.database;
  const { dataDir } = deps;
  const auditReader = createAuditReader(deps.database);
  return [
    createStepUpRoutes(deps),
    createDeviceRoutes(deps),
    createRecoveryRoutes(deps),
    createNoticeRoutes({ auditReader }),
    createSessionAdminRoutes(deps),
    createAuditRoutes({ ...deps, auditReader, verifyAuditLog: () => verifyAuditLog({ db, dataDir }) }),
  ];
}
