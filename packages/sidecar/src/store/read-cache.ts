import type { Database } from './database.ts';

/** What was read from the database and is still what it holds. */
export interface ReadCache {
  /** What `read` gave last under this name, unless anything was written since, by any process; inside a transaction it always reads. */
  get<T>(name: string, read: () => T): T;
}

/** Far more than there are documents and records; names may come from outside. */
const mostKept = 256;

/** Each model call reads settings, cooldowns and credentials, which seldom change. */
export function createReadCache(database: Database): ReadCache {
  const kept = new Map<string, unknown>();
  let version: number | null = null;
  return {
    get<T>(name: string, read: () => T): T {
      const current = database.version();
      if (current === null) return database.look(read);
      // Asked before it is read: what is newer than its number is read once more, never the other way round.
      if (current !== version || kept.size > mostKept) kept.clear();
      version = current;
      if (kept.has(name)) return kept.get(name) as T;
      const value = database.look(read);
      kept.set(name, value);
      return value;
    },
  };
}
