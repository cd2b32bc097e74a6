import { StoreError } from '../errors/index.ts';

/** What an error of SQLite means to us: another process is writing, nothing can be written, the file is no database, or a bug of ours. */
export type SqliteFailure = 'busy' | 'unwritable' | 'damaged' | 'other';

/** Primary result codes. Source: https://sqlite.org/rescode.html (2026-11-24). */
const meanings: ReadonlyMap<number, SqliteFailure> = new Map([
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [8, 'unwritable'], // SQLITE_READONLY
  [10, 'unwritable'], // SQLITE_IOERR
  [11, 'damaged'], // SQLITE_CORRUPT
  [13, 'unwritable'], // SQLITE_FULL
  [14, 'unwritable'], // SQLITE_CANTOPEN
  [26, 'damaged'], // SQLITE_NOTADB
]);

/** Classifies what `node:sqlite` threw; null for an error that is not SQLite's. */
export function sqliteFailure(error: unknown): SqliteFailure | null {
  const code = resultCode(error);
  return code === null ? null : (meanings.get(code & 0xff) ?? 'other');
}

/**
 * The error to throw on: StoreError `storage_full` where nothing can be written or read, the error itself where it is not the storage's
 * fault. The detail names SQLite's result code and never its text, which may quote a statement.
 */
export function storeErrorOf(error: unknown): unknown {
  const failure = sqliteFailure(error);
  if (failure === null || failure === 'other') return error;
  const number = resultCode(error);
  const detail = {
    busy: 'Another process has held the database too long. The old record is whole.',
    unwritable: `The disk is full or cannot be written (SQLite ${number}). The old record is whole.`,
    damaged: `The database cannot be read (SQLite ${number}). The next start sets it aside and begins a new one.`,
  }[failure];
  return new StoreError('storage_full', detail, { cause: error });
}

function resultCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : null;
}
