/**
 * One process per data folder. The lock is SQLite's exclusive file lock on an empty file: the kernel drops it when the
 * process ends, however it ends, so that a kill leaves nothing to clean up. (Node itself has no file lock.)
 */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../http/app-error.ts';

export interface DataFolderLock {
  release(): void;
}

/**
 * Makes the folder (readable by its owner only) and takes it for this process.
 * @throws AppError `unavailable` where another process has it
 */
export function lockDataFolder(dataDir: string): DataFolderLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = new DatabaseSync(path.join(dataDir, 'lock'), { timeout: 0 });
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    file.close();
    throw new AppError('unavailable', {
      internal: `another Tidegate is using the data folder ${dataDir}; stop it, or set TIDEGATE_DATA to another folder`,
      cause,
    });
  }
  return { release: () => file.close() };
}
