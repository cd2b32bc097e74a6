import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createDatabase, type Database } from './database.ts';
import { createLogCheckpoint, logLimitBytes } from './log-checkpoint.ts';
import { isDamage } from './look-at-database.ts';
import { versionOf } from './migrate.ts';
import { checkPrivateFile } from './private-directory.ts';
import { createSql } from './sql.ts';
import type { Sql, SqlValue } from './store.ts';

export interface DerivedDatabaseOptions {
  /** Absolute; its directory is there and private. */
  readonly path: string;
  /** Of `schema`. A file with any other version is thrown away. */
  readonly version: number;
  /** SQL that makes an empty file usable. */
  readonly schema: string;
  readonly log: (line: string) => void;
}

/**
 * A database of what can be made again from elsewhere: nothing in it is ever repaired or migrated. It lies in a file of its own, so that
 * its writes never hold up those that must not wait, its size does not slow the check at the start, and damage to it costs nothing else.
 */
export interface DerivedDatabase extends Omit<Sql, 'quickTransaction'> {
  /** Rows one by one, so that a caller may stop early. Nothing may be written before the last one was taken. */
  iterate(statement: string, ...parameters: SqlValue[]): Iterable<Record<string, unknown>>;
  /** Changes whenever the file was recreated, because it was missing, of another version or damaged. */
  generation(): number;
  /** Settles when the file has taken in what its log holds too much of. Who writes a lot waits for it now and then. */
  settled(): Promise<void>;
  /** The log holds what was removed, as it was written: after this neither has it. Where that cannot be done now, closing does it. Never rejects. */
  emptyLog(): Promise<void>;
  close(): void;
}

/** Pages of a log (32 MB) from which on it is moved in the midst of a write after all, where the thread could not. */
const longestLogPages = 8_192;

/**
 * Opens it, empty where there was nothing usable. Where no file can be written it lives in memory. Damage that shows later recreates it,
 * and what was asked is asked again of the empty one. @throws ConfigurationError `unsafe_storage` for a file that is a link or another user's
 */
export function openDerivedDatabase(options: DerivedDatabaseOptions): DerivedDatabase {
  const { path, log } = options;
  let generation = 0;
  let database = open(options);
  let sql = createSql(database);
  let depth = 0;
  const checkpoint = createLogCheckpoint(path);

  const renew = (): void => {
    log('the index of conversations could not be read and is made anew');
    database.close();
    removeFiles(path);
    database = open(options);
    sql = createSql(database);
    generation += 1;
  };
  const guarded = <T>(run: () => T): T => {
    depth += 1;
    try {
      return run();
    } catch (error) {
      if (depth > 1 || !isDamage(error)) throw error;
      renew();
      return run();
    } finally {
      depth -= 1;
    }
  };

  const written = <T>(run: () => T): T => {
    const result = guarded(run);
    if (depth === 0) checkpoint.noteWrite();
    return result;
  };

  return {
    all: (statement, ...parameters) => guarded(() => sql.all(statement, ...parameters)),
    run: (statement, ...parameters) => written(() => sql.run(statement, ...parameters)),
    transaction: (work) => written(() => sql.transaction(work)),
    iterate: (statement, ...parameters) =>
      guarded(() => database.statement(statement).iterate(...parameters)) as Iterable<
        Record<string, unknown>
      >,
    generation: () => generation,
    settled: () => checkpoint.settled(),
    async emptyLog() {
      await checkpoint.move();
      try {
        // What the thread has moved is not written again: this only cuts the log.
        sql.all('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch {
        // A statement is in the middle of its rows, or it was closed meanwhile.
      }
    },
    close() {
      checkpoint.close();
      database.close();
    },
  };
}

function open(options: DerivedDatabaseOptions): Database {
  const { path, log } = options;
  for (const suffix of ['', '-wal', '-shm']) checkPrivateFile(`${path}${suffix}`);
  for (const attempt of ['as it is', 'anew'] as const) {
    try {
      if (attempt === 'anew') removeFiles(path);
      return prepared(path, options);
    } catch (error) {
      if (attempt === 'anew') log(`the index of conversations cannot be kept on disk: ${String(error)}`);
    }
  }
  return prepared(':memory:', options);
}

/** @throws Error of SQLite, or where the file is of another version */
function prepared(path: string, { version, schema }: DerivedDatabaseOptions): Database {
  const connection = new DatabaseSync(path, { timeout: 500, allowExtension: false });
  try {
    // A crash may lose the last writes, which are made again; it never leaves a broken file. Deleted text is overwritten.
    connection.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA secure_delete = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA cell_size_check = ON;
      PRAGMA journal_size_limit = ${logLimitBytes};
      PRAGMA wal_autocheckpoint = ${longestLogPages};
    `);
    for (const suffix of ['', '-wal', '-shm']) if (path !== ':memory:') checkPrivateFile(`${path}${suffix}`);
    connection.exec('BEGIN IMMEDIATE');
    const found = versionOf(connection);
    if (found === 0) connection.exec(`${schema}; PRAGMA user_version = ${version}`);
    connection.exec('COMMIT');
    if (found !== 0 && found !== version) throw new Error(`version ${found}`);
    return createDatabase(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function removeFiles(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}
