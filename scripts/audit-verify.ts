// `npm run --silent audit:verify`: whether the audit log is whole. Asks the Tidegate that is running on the data folder;
// without one it reads the database there, or that of DATABASE_URL, and changes nothing.
// Exit code 0: whole. 1: broken, and the first bad entry is named. 2: it could not be checked.

import process from 'node:process';
import { auditVerificationSchema } from '../lib/contract/audit.schema.ts';
import type { AuditVerification } from '../lib/contract/audit.ts';
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/observe/log.ts';
import { verifyAuditLog } from '../server/storage/audit-verification.ts';
import { openBeside } from '../server/storage/open-beside.ts';
import { askRunning } from './ask-running.ts';

async function verify(): Promise<AuditVerification> {
  const { dataDir, databaseUrl } = readConfig();
  const told = await askRunning(dataDir, 'audit:verify');
  if (told !== undefined) return auditVerificationSchema.parse(told);
  const log = createLog({ level: 'silent' });
  const database = await openBeside({ dataDir, databaseUrl, access: 'read', log });
  try {
    return await verifyAuditLog({ db: database.db, dataDir });
  } finally {
    await database.close();
  }
}

try {
  const { entries, headSeq, anchorSeq, brokenAtSeq, problem } = await verify();
  const anchored = anchorSeq === undefined ? 'not anchored' : `anchored to entry ${anchorSeq}`;
  if (brokenAtSeq === undefined) {
    console.log(`The audit log is whole: ${entries} entries, the last is ${headSeq}, ${anchored}.`);
  } else {
    console.log(`The audit log is broken at entry ${brokenAtSeq}. ${problem}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(
    `The audit log could not be checked: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 2;
}
