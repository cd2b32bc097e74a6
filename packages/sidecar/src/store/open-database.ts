import { randomInt } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../credentials/index.ts';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import { createDatabase, type Database, openConnection } from './database.ts';
import type { KernelLock } from './kernel-lock.ts';
import { isDamage, lookAtDatabase } from './look-at-database.ts';
import { migrate, versionOf } from './migrate.ts';
import type { Migration } from './migrations.ts';
import { checkPrivateFile } from './private-directory.ts';
import { setAsideDatabase } from './set-aside-database.ts';

export interface OpenDatabaseDeps {
  readonly path: string;
  readonly lock: KernelLock;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface OpenedDatabase {
  readonly database: Database;
  /** The name under which a damaged database was set aside just now, or null. */
  readonly setAside: string | null;
}

/**
 * Opens the database at the newest version. One that is already there and sound is opened without the lock, so that no start waits for
 * another's refresh; creating, migrating and setting aside happen under it.
 * @throws ConfigurationError `storage_newer`, `unsafe_storage` (78); TransientError where the lock is held too long; errors of SQLite
 */
export async function openDatabase(deps: OpenDatabaseDeps): Promise<OpenedDatabase> {
  const database = await openCurrent(deps);
  if (database !== null) return { database, setAside: null };
  return await deps.lock.exclusively(() => openUnderLock(deps));
}

async function openUnderLock(deps: OpenDatabaseDeps): Promise<OpenedDatabase> {
  const database = await openCurrent(deps);
  if (database !== null) return { database, setAside: null };
  const { path, log } = deps;
  let setAside: string | null = null;
  const look = await lookAtDatabase(path);
  if (look.found === 'damaged' || (look.found === 'database' && !(await isSound(path)))) {
    setAside = setAsideDatabase(path, deps.clock());
    log(`the database could not be read; it is kept as ${setAside} and a new one begins`);
  }
  if (setAside !== null || look.found === 'nothing') await create(deps);
  const connection = await openConnection(path);
  try {
    for (const version of migrate(connection, path, deps.migrations))
      log(`the database is at version ${version}`);
    return { database: createDatabase(connection), setAside };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Makes a new database beside its place and moves it there whole: a crash in between never leaves an empty one, which means damage. */
async function create({ path, migrations }: OpenDatabaseDeps): Promise<void> {
  const unfinished = `${path}.new`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${unfinished}${suffix}`, { force: true });
  const connection = await openConnection(unfinished);
  try {
    // Nothing of ours is in the file yet, so it cannot have been read before this.
    for (const suffix of ['', '-wal', '-shm']) checkPrivateFile(`${unfinished}${suffix}`);
    migrate(connection, unfinished, migrations);
    // Tells this database from one that is recreated in its place.
    connection.exec(`PRAGMA application_id = ${randomInt(1, 2 ** 31)}`);
  } finally {
    connection.close();
  }
  renameSync(unfinished, path);
}

/** The database where it is there, sound and at our version; null where something has to be done first. */
async function openCurrent({ path, migrations }: OpenDatabaseDeps): Promise<Database | null> {
  for (const suffix of ['', '-wal', '-shm']) checkPrivateFile(`${path}${suffix}`);
  const newest = migrations.at(-1)?.to ?? 0;
  const look = await lookAtDatabase(path);
  if (look.found !== 'database') return null;
  refuseNewer(look.version, newest);
  if (look.version !== newest) return null;
  const connection = await openSound(path);
  if (connection === null) return null;
  const version = versionOf(connection);
  if (version === newest) return createDatabase(connection);
  connection.close();
  refuseNewer(version, newest);
  return null;
}

function refuseNewer(version: number, newest: number): void {
  if (version > newest)
    throw new ConfigurationError(
      'storage_newer',
      exitCodes.configuration,
      `The data has version ${version}; this Postern knows ${newest}.`,
    );
}

async function isSound(path: string): Promise<boolean> {
  const connection = await openSound(path);
  connection?.close();
  return connection !== null;
}

/** An open connection whose pages SQLite has checked, or null where it found damage. */
async function openSound(path: string): Promise<DatabaseSync | null> {
  let connection: DatabaseSync | null = null;
  try {
    connection = await openConnection(path);
    const verdict = connection.prepare('PRAGMA quick_check(1)').get();
    if (verdict?.['quick_check'] === 'ok') return connection;
    connection.close();
    return null;
  } catch (error) {
    if (connection?.isOpen === true) connection.close();
    if (isDamage(error)) return null;
    throw error;
  }
}
