/**
 * Names to small integers and back, at most `max` of them; ids of released names are used again. Whoever owns the
 * names decides which to release when there is no room, so that invented names never push out good history.
 */

export interface Names {
  /** -1 when the name is not known. */
  find(name: string): number;
  /** -1 when there is no room. */
  add(name: string): number;
  nameOf(id: number): string;
  release(id: number): void;
  has(id: number): boolean;
  readonly size: number;
  /** Ids given so far lie below this. */
  readonly end: number;
  save(): SavedNames;
}

/** A hole in `names` is null; `free` is kept in order, so that a restored table gives the same ids. */
export interface SavedNames {
  names: (string | null)[];
  free: number[];
}

export function createNames(max: number, saved?: SavedNames): Names {
  const ids = new Map<string, number>();
  const names = saved ? saved.names.slice() : [];
  const free = saved ? saved.free.slice() : [];
  for (const [id, name] of names.entries()) if (name !== null) ids.set(name, id);
  return {
    find(name) {
      const id = ids.get(name);
      return id === undefined ? -1 : id;
    },
    add(name) {
      if (ids.size >= max) return -1;
      const id = free.pop() ?? names.length;
      ids.set(name, id);
      names[id] = name;
      return id;
    },
    nameOf: (id) => names[id] ?? '',
    release(id) {
      const name = names[id];
      if (name === null || name === undefined) return;
      ids.delete(name);
      names[id] = null;
      free.push(id);
    },
    has: (id) => names[id] !== null && names[id] !== undefined,
    get size() {
      return ids.size;
    },
    get end() {
      return names.length;
    },
    save: () => ({ names: names.slice(), free: free.slice() }),
  };
}
