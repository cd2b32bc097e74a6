import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Source: https://sqlite.org/rescode.html, SQLITE_BUSY. */
const busy = 5;

/** The lock that a sidecar holds on its data directory from before it starts until it has stopped. */
export function instanceLockPath(dataDir: string): string {
  return join(dataDir, 'instance.db');
}

/**
 * Whether a sidecar runs, starts or stops in a data directory. The kernel's answer: it is right whatever became of `sidecar.json`. Changes
 * nothing. False where the lock cannot be looked at, which a start would report.
 */
export function isHeld(dataDir: string): boolean {
  const path = instanceLockPath(dataDir);
  if (!existsSync(path)) return false;
  let connection: DatabaseSync | null = null;
  try {
    connection = new DatabaseSync(path, { readOnly: true, timeout: 0, allowExtension: false });
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === busy;
  } finally {
    connection?.close();
  }
}
