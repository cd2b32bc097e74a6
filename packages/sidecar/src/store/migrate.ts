import { chmodSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migrations.ts';

/**
 * Takes an open database to the newest version, one transaction a step. Before a step on a database that already had a version, a copy of
 * it is kept beside it as `<path>.before-v<N>`. The caller holds the lock across processes. Gives the versions it went to.
 */
export function migrate(
  connection: DatabaseSync,
  path: string,
  steps: readonly Migration[],
): readonly number[] {
  const done: number[] = [];
  const isNew = versionOf(connection) === 0;
  for (const { to, sql, change } of steps) {
    const from = versionOf(connection);
    if (to <= from) continue;
    if (!isNew) keepCopy(connection, `${path}.before-v${to}`);
    connection.exec('BEGIN IMMEDIATE');
    try {
      connection.exec(sql);
      change?.(connection);
      connection.exec(`PRAGMA user_version = ${to}`);
      connection.exec('COMMIT');
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
    done.push(to);
  }
  return done;
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
