/**
 * One session, two browsers at once: the plainest sign that a key has left its browser. A session belongs to one
 * browser, so its user agent never takes turns; its address may change on a train, but goes to and fro within a minute
 * only if two are at work. Judged from the turns that a session's requests take between contexts. Time is an argument;
 * memory is bounded, least recently used sessions go first.
 */

export interface SeenRequest {
  familyId: string;
  address: string;
  userAgent: string;
  atMs: number;
}

export interface Turns {
  /** What takes turns. */
  of: 'user_agent' | 'address';
  turns: number;
  windowMs: number;
  contexts: string[];
}

interface Context {
  value: string;
  atMs: number;
}
interface Session {
  userAgents: Context[];
  addresses: Context[];
}

/** Each holds a few contexts: about 1 kB. */
const sessionsMax = 2_000;
/** Back to an earlier browser once is impossible for one; addresses flap now and then (two networks in reach). */
const limits = {
  user_agent: { turnsMax: 1, windowMs: 15 * 60_000 },
  address: { turnsMax: 3, windowMs: 60_000 },
} as const;

export function createSessionContexts() {
  // In order of last use.
  const sessions = new Map<string, Session>();
  return {
    /** Undefined while nothing takes turns. Once told, the session starts anew. */
    observe({ familyId, address, userAgent, atMs }: SeenRequest): Turns | undefined {
      const session = sessions.get(familyId) ?? { userAgents: [], addresses: [] };
      sessions.delete(familyId);
      sessions.set(familyId, session);
      const [oldest] = sessions.keys();
      if (sessions.size > sessionsMax && oldest !== undefined) sessions.delete(oldest);
      const found =
        take(session.userAgents, userAgent, atMs, 'user_agent') ??
        take(session.addresses, address, atMs, 'address');
      if (found !== undefined) sessions.delete(familyId);
      return found;
    },
    size: () => sessions.size,
  };
}

/** Adds a change of context; more returns to earlier ones than may be are told. */
function take(changes: Context[], value: string, atMs: number, of: Turns['of']): Turns | undefined {
  const { turnsMax, windowMs } = limits[of];
  const last = changes.at(-1);
  if (last?.value === value) return undefined;
  changes.push({ value, atMs });
  // The first is kept as the one to return to, however long ago it was.
  while (changes.length > 2 && (changes[1]?.atMs ?? 0) < atMs - windowMs) changes.shift();
  const turns = changes.filter((change, at) =>
    changes.slice(0, Math.max(0, at - 1)).some((earlier) => earlier.value === change.value),
  ).length;
  if (turns < turnsMax) return undefined;
  const contexts = [...new Set(changes.map((change) => change.value))];
  return { of, turns, windowMs: atMs - (changes[0]?.atMs ?? atMs), contexts };
}
