/**
 * Watches the free space of the data folder, so that ingest is refused before the disk is wholly full: PGlite, the
 * checkpoint and the host's other programs still need some, and a database that hits the end may not recover alone.
 */

import { statfs } from 'node:fs/promises';

export interface DiskLimits {
  /** Refuse below this many free bytes … */
  freeBytesMin: number;
  /** … or below this share of a small disk, whichever is less. */
  freeShareMin: number;
  checkEveryMs: number;
}

/** 256 MiB is about a minute of the heaviest ingest plus two checkpoints; a fifth of a disk too small for that. */
export const diskLimits: DiskLimits = {
  freeBytesMin: 256 * 1024 * 1024,
  freeShareMin: 0.2,
  checkEveryMs: 2_000,
};

export interface DiskSpace {
  /** False while there is too little room for new events. */
  hasRoom(): boolean;
  /** A write failed for want of space: there is no room until a check says otherwise. */
  reportFull(): void;
  check(): Promise<void>;
  close(): void;
}

export function createDiskSpace(deps: {
  folder: string;
  limits: DiskLimits;
  onChange: (hasRoom: boolean) => void;
}): DiskSpace {
  const { limits } = deps;
  let room = true;
  const set = (next: boolean) => {
    if (next === room) return;
    room = next;
    deps.onChange(next);
  };
  const check = async () => {
    const stats = await statfs(deps.folder);
    const freeBytes = stats.bavail * stats.bsize;
    set(freeBytes >= Math.min(limits.freeBytesMin, stats.blocks * stats.bsize * limits.freeShareMin));
  };
  const timer = setInterval(() => {
    // A folder that cannot be asked says nothing about its space; the next write will tell.
    check().catch(() => {});
  }, limits.checkEveryMs);
  timer.unref();
  return { hasRoom: () => room, reportFull: () => set(false), check, close: () => clearInterval(timer) };
}
