import { chmodSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migrations.ts';

/**
 * Takes an open database to the newest version, all steps in one transaction. A copy of one that already had a version is kept beside it
 * first, as `<path>.before-v<N>`, where N is the version after its own. The caller holds the lock across processes. Gives the versions it
 * went through.
 */
export function migrate(
  connection: DatabaseSync,
  path: string,
  steps: readonly Migration[],
): readonly number[] {
  const from = versionOf(connection);
  const missing = steps.filter(({ to }) => to > from);
  const [first] = missing;
  if (first === undefined) return [];
  if (from > 0) keepCopy(connection, `${path}.before-v${first.to}`);
  connection.exec('BEGIN IMMEDIATE');
  try {
    for (const { to, sql, change } of missing) {
      connection.exec(sql);
      change?.(connection);
      connection.exec(`PRAGMA user_version = ${to}`);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
  return missing.map(({ to }) => to);
}

/** The schema version that a database says it has; 0 for a new one. */
export function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function keepCopy(connection: DatabaseSync, copy: string): void {
  // A crash in the middle of copying leaves a part, which must not pass for the copy.
  const part = `${copy}.part`;
  rmSync(part, { force: true });
  connection.prepare('VACUUM INTO ?').run(part);
  if (process.platform !== 'win32') chmodSync(part, 0o600);
  renameSync(part, copy);
}
