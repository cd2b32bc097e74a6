import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, exitCodes, StoreError } from '../errors/index.ts';
import { createLogFlusher } from './log-flusher.ts';
import { sqliteFailure, storeErrorOf } from './sqlite-failure.ts';

const asyncPatienceMs = 5_000;
const syncPatienceMs = 500;
const longestPauseMs = 12;

/** One open connection: cached statements, and transactions that wait for other writers without SQLite's blocking time-out. */
export interface Database {
  /** The prepared statement of this text. */
  statement(text: string): StatementSync;
  /** Runs one statement, again while another process keeps the file busy: half a second at most. @throws StoreError `storage_full` */
  now<T>(run: () => T): T;
  /** The same for statements that change nothing. */
  look<T>(run: () => T): T;
  /**
   * Another number after every change but those of `writeQuickly`, by this process or another: what was read under the same number is what is
   * still there. Null inside a transaction, where nothing is settled. Asked of the file once for each callback of the event loop and what follows
   * from it without waiting: what another process says it changed cannot have arrived in between.
   */
  version(): number | null;
  /** The next `version` asks the file again, in this turn too: something was waited for without the event loop. */
  lookAgain(): void;
  /**
   * Runs `work` in one durable write transaction, waiting up to 5 s for other writers without blocking the process. `work` may run more
   * than once. @throws StoreError `storage_full`; nothing is changed then
   */
  write<T>(work: () => T): Promise<T>;
  /**
   * The same for callers that cannot wait: blocks at most half a second, and only while another process is in the middle of a write. Inside
   * another transaction it joins that one.
   */
  writeNow<T>(work: () => T): T;
  /**
   * The same without waiting for the disk: what is written survives the end of this process, at once, and a power failure a moment later, when
   * the disk has been flushed. For writes that delay an answer. Where it is not urgent, the disk is flushed some milliseconds later.
   */
  writeQuickly<T>(work: () => T, isUrgent?: boolean): T;
  /** Why the last change could not be written, as a sentence; null once a later one was. */
  trouble(): string | null;
  close(): void;
}

/** Writes of every connection of this process, and times when one of them waited. */
let writesHere = 0;

function lookAgain(): void {
  writesHere += 1;
}

/** Wraps a connection of `openConnection`. */
export function createDatabase(connection: DatabaseSync): Database {
  const statements = new Map<string, StatementSync>();
  let others: unknown = null;
  let version = 0;
  /** As many writes as there were when the version was looked up in this turn; null: it was not. */
  let lookedUpAt: number | null = null;
  const forgetTurn = (): void => {
    lookedUpAt = null;
  };
  /** Commits wait for the disk. Changing that costs as much as a small statement, so it is changed where the next one needs another. */
  let waitsForDisk = true;
  const flusher = createLogFlusher(connection.location());
  let trouble: string | null = null;

  function statement(text: string): StatementSync {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const prepared = connection.prepare(text);
    statements.set(text, prepared);
    return prepared;
  }

  /** Before anything is written that must be on the disk when its call returns. */
  function beDurable(): void {
    if (connection.isTransaction) return;
    version += 1;
    lookAgain();
    if (waitsForDisk) return;
    connection.exec('PRAGMA synchronous = FULL');
    waitsForDisk = true;
  }

  function changes(): number {
    return Number(statement('SELECT total_changes() AS number').get()?.['number']);
  }

  /** Runs what may change something, and remembers whether the file could be written. What changes nothing tells nothing about the disk. */
  function watched<T>(run: () => T): T {
    const before = trouble === null ? 0 : changes();
    try {
      const result = run();
      if (trouble !== null && changes() > before) trouble = null;
      return result;
    } catch (error) {
      const stored = sqliteFailure(error) === 'unwritable' ? storeErrorOf(error) : null;
      if (stored instanceof StoreError) trouble = stored.detail;
      throw error;
    }
  }

  function attempt<T>(work: () => T): T {
    return watched(() => transact(work));
  }

  function transact<T>(work: () => T): T {
    statement('BEGIN IMMEDIATE').run();
    try {
      const result = work();
      statement('COMMIT').run();
      lookAgain();
      return result;
    } catch (error) {
      // SQLite has rolled back automatically after some errors, a full disk among them.
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  }

  function durably<T>(work: () => T): T {
    beDurable();
    return attempt(work);
  }

  return {
    statement,
    now: (run) =>
      insistNow(() => {
        beDurable();
        return watched(run);
      }),
    look: (run) => insistNow(run),
    version() {
      if (connection.isTransaction) return null;
      if (lookedUpAt === writesHere) return version;
      if (lookedUpAt === null) process.nextTick(forgetTurn);
      const seen = insistNow(() => statement('PRAGMA data_version').get()?.['data_version']);
      if (seen !== others) version += 1;
      others = seen;
      lookedUpAt = writesHere;
      return version;
    },
    lookAgain,
    async write(work) {
      // Never joins a transaction that happens to be open in the caller's own turn.
      await Promise.resolve();
      return await insist(() => durably(work));
    },
    writeNow(work) {
      if (!connection.isTransaction) return insistNow(() => durably(work));
      version += 1;
      return work();
    },
    writeQuickly(work, isUrgent = true) {
      if (connection.isTransaction) return work();
      if (waitsForDisk) connection.exec('PRAGMA synchronous = NORMAL');
      waitsForDisk = false;
      try {
        return insistNow(() => attempt(work));
      } finally {
        if (isUrgent) flusher.flush();
        else flusher.flushLater();
      }
    },
    trouble: () => trouble,
    close() {
      flusher.close();
      statements.clear();
      connection.close();
    },
  };
}

/** Opens a database for writing, creating it where it is not there, with what keeps it durable. @throws what `storeErrorOf` makes of it */
export async function openConnection(path: string): Promise<DatabaseSync> {
  const connection = new DatabaseSync(path, { timeout: 0, allowExtension: false });
  try {
    await insist(() => prepareConnection(connection, path));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function prepareConnection(connection: DatabaseSync, path: string): void {
  const mode = connection.prepare('PRAGMA journal_mode = WAL').get();
  if (mode?.['journal_mode'] !== 'wal')
    throw new ConfigurationError(
      'unsafe_storage',
      exitCodes.configuration,
      `${path} lies on a file system without shared memory (a network drive?). Choose a local --data-dir.`,
    );
  // macOS: without F_FULLFSYNC a sync reaches the drive's cache only. Elsewhere these two do nothing.
  connection.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
  `);
}

/** Repeats `run` after a jittered pause while the database is busy, for at most 5 s. @throws what `storeErrorOf` makes of it */
export async function insist<T>(run: () => T): Promise<T> {
  const giveUpAt = performance.now() + asyncPatienceMs;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (sqliteFailure(error) !== 'busy' || performance.now() > giveUpAt) throw storeErrorOf(error);
    }
    await sleep(pauseMs());
  }
}

function insistNow<T>(run: () => T): T {
  const giveUpAt = performance.now() + syncPatienceMs;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (sqliteFailure(error) !== 'busy' || performance.now() > giveUpAt) throw storeErrorOf(error);
    }
    lookAgain();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs());
  }
}

function pauseMs(): number {
  return 1 + Math.random() * longestPauseMs;
}
