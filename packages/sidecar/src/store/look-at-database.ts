import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { insist } from './database.ts';
import { versionOf } from './migrate.ts';
import { statusOf } from './private-directory.ts';
import { sqliteFailure } from './sqlite-failure.ts';

/** What stands at a path, before anything is opened for writing. */
export type DatabaseLook =
  | { readonly found: 'nothing' }
  | { readonly found: 'damaged' }
  | { readonly found: 'database'; readonly version: number };

/**
 * Looks at a database without changing a byte of it, its log included. Emptied files, and a log without its database, count as damaged:
 * SQLite would take both for a new database and delete the log.
 */
export async function lookAtDatabase(path: string): Promise<DatabaseLook> {
  const size = statusOf(path)?.size ?? null;
  const logSize = statusOf(`${path}-wal`)?.size ?? 0;
  if (size === null && logSize === 0) return { found: 'nothing' };
  if (size === null || size === 0) return { found: 'damaged' };
  for (const mode of readModes(path, logSize)) {
    try {
      return { found: 'database', version: await insist(() => readVersion(path, mode)) };
    } catch (error) {
      if (isDamage(error)) return { found: 'damaged' };
      if (mode === 'mode=ro') throw error;
    }
  }
  return { found: 'damaged' };
}

/** True where SQLite calls the file no database, or a broken one. */
export function isDamage(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return sqliteFailure(cause) === 'damaged';
}

/**
 * The ways of reading, gentlest first. Without a log the file is the whole truth. With one, a read-only map of shared memory writes
 * nothing; it fails where a crash left that memory stale, and then only that memory, which holds no data, is rebuilt.
 * Source: https://sqlite.org/wal.html#readonly and https://sqlite.org/c3ref/open.html (2026-11-24).
 */
function readModes(path: string, logSize: number): readonly string[] {
  if (logSize === 0) return ['mode=ro&immutable=1', 'mode=ro'];
  return statusOf(`${path}-shm`) === null ? ['mode=ro'] : ['mode=ro&readonly_shm=1', 'mode=ro'];
}

function readVersion(path: string, mode: string): number {
  const address = pathToFileURL(path);
  address.search = mode;
  const connection = new DatabaseSync(address, { readOnly: true, timeout: 0 });
  try {
    return versionOf(connection);
  } finally {
    connection.close();
  }
}
