// `npm run --silent audit:verify`: whether the audit log is whole. Reads the database of the data folder (Tidegate must
// be stopped; a running one answers GET /api/audit/verification) or of DATABASE_URL, and changes nothing.
// Exit code 0: whole. 1: broken, and the first bad entry is named. 2: it could not be checked.

import process from 'node:process';
import { readConfig } from '../server/config.ts';
import { createLog } from '../server/observe/log.ts';
import { verifyAuditLog } from '../server/storage/audit-verification.ts';
import { openBeside } from '../server/storage/open-beside.ts';

async function main(): Promise<number> {
  const { dataDir, databaseUrl } = readConfig();
  const database = await openBeside({
    ...{ dataDir, databaseUrl, access: 'read' },
    log: createLog({ level: 'silent' }),
  });
  try {
    const verdict = await verifyAuditLog({ db: database.db, dataDir });
    const anchored =
      verdict.anchorSeq === undefined ? 'not anchored' : `anchored to entry ${verdict.anchorSeq}`;
    if (verdict.brokenAtSeq === undefined) {
      console.log(
        `The audit log is whole: ${verdict.entries} entries, the last is ${verdict.headSeq}, ${anchored}.`,
      );
      return 0;
    }
    console.log(`The audit log is broken at entry ${verdict.brokenAtSeq}. ${verdict.problem}`);
    return 1;
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    `The audit log could not be checked: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 2;
}
