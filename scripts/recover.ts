// `npm run --silent recover -- NAME`: a one-time link by which the operator of that name (or id) enrols a new passkey,
// for when nobody can sign in any more. Asks the Tidegate that is running, or writes to its database where none is.
// Whoever may run this controls the host and the data anyway; it is audited, and the operator sees it.

import process from 'node:process';
import { z } from 'zod';
import { readConfig } from '../server/config.ts';
import { recoverFromHost } from '../server/identity/host-recovery.ts';
import { createNotices } from '../server/identity/notices.ts';
import { createLog } from '../server/observe/log.ts';
import { createIdentityStore } from '../server/storage/identity-store.ts';
import { openBeside } from '../server/storage/open-beside.ts';
import { askRunning } from './ask-running.ts';

const created = z.object({
  link: z.string(),
  recovery: z.object({ operator: z.object({ name: z.string() }) }),
});

async function recover(wanted: string): Promise<z.infer<typeof created>> {
  const { dataDir, databaseUrl, publicUrl } = readConfig();
  const told = await askRunning(dataDir, 'recover', wanted);
  if (told !== undefined) return created.parse(told);
  const log = createLog({ level: 'silent' });
  const database = await openBeside({ dataDir, databaseUrl, access: 'write', log });
  try {
    const store = createIdentityStore({ database });
    const clock = { now: () => Date.now() };
    const base = { store, clock, notices: createNotices(), publicOrigin: publicUrl.origin };
    return await recoverFromHost(base, wanted);
  } finally {
    await database.close();
  }
}

try {
  const [wanted] = process.argv.slice(2);
  if (wanted === undefined) throw new Error('Whom? npm run --silent recover -- NAME');
  const { link, recovery } = await recover(wanted);
  console.log(link);
  console.error(`Good once within a day, for ${recovery.operator.name} to enrol a passkey.`);
} catch (error) {
  const said = error instanceof Error && 'publicDetail' in error ? error.publicDetail : undefined;
  console.error(typeof said === 'string' ? said : error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
