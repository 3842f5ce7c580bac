// `npm run --silent recover -- NAME`: a one-time link by which the operator of that name (or id) enrols a new passkey,
// for when nobody can sign in any more. Whoever may run this controls the host and the data anyway; it is audited, and
// the operator sees it. With the embedded database Tidegate must be stopped meanwhile; the link works once it runs again.

import process from 'node:process';
import { readConfig } from '../server/config.ts';
import { createNotices } from '../server/identity/notices.ts';
import { createRecoveryLink } from '../server/identity/recovery.ts';
import { createLog } from '../server/observe/log.ts';
import { createIdentityStore } from '../server/storage/identity-store.ts';
import { openBeside } from '../server/storage/open-beside.ts';

async function main(wanted: string | undefined): Promise<void> {
  if (wanted === undefined) throw new Error('Whom? npm run --silent recover -- NAME');
  const { dataDir, databaseUrl, publicUrl } = readConfig();
  const database = await openBeside({
    ...{ dataDir, databaseUrl, access: 'write' },
    log: createLog({ level: 'silent' }),
  });
  try {
    const store = createIdentityStore({ database });
    const found = await store.findOperatorsNamed(wanted);
    const [operator] = found;
    if (operator === undefined) throw new Error(`There is no operator ${wanted}.`);
    if (found.length > 1) {
      throw new Error(`Several operators have this name; say which: ${found.map(({ id }) => id).join(', ')}`);
    }
    const { link } = await createRecoveryLink(
      { store, notices: createNotices(), publicOrigin: publicUrl.origin, clock: { now: () => Date.now() } },
      operator.id,
      { id: 'host', name: 'host', address: 'local' },
    );
    console.log(link);
    console.error(`Good once within a day, for ${operator.name} to enrol a passkey.`);
  } finally {
    await database.close();
  }
}

try {
  await main(process.argv[2]);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
