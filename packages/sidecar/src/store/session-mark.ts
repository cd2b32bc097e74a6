import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { Database } from './database.ts';

const documentName = 'session_number';

/**
 * Whether the database at `path` is older than what was last written to it. SQLite cannot tell: after a crash everything since the last clean
 * end may be in its log alone, and without the log (deleted by a cleaner, or left out of a backup) the rest is a valid, emptier database.
 * Each session counts up a number in the database, durably, and only then writes it into `<path>.session`; a database with a smaller
 * number has lost that commit. A recreated database has another id and is not compared, so a crash at any moment, or moving the
 * database away, raises nothing. What a session wrote after SQLite had emptied its log in passing (every 4 MB) is not covered.
 */
export function isOlderThanLastSession(database: Database, path: string): boolean {
  const mark = readMark(path);
  return mark !== null && mark.id === idOf(database) && numberOf(database) < mark.number;
}

/** Counts a session that may write. @throws StoreError `storage_full`, or an error of the file system; nothing is lost by it */
export function beginSession(database: Database, path: string): void {
  const id = idOf(database);
  const mark = readMark(path);
  const number = database.writeNow(() => {
    const next = Math.max(numberOf(database), mark?.id === id ? mark.number : 0) + 1;
    database
      .statement(
        'INSERT INTO documents (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json',
      )
      .run(documentName, String(next));
    return next;
  });
  writeMark(path, `${id} ${number}\n`);
}

function idOf(database: Database): number {
  const row = database.now(() => database.statement('PRAGMA application_id').get());
  return Number(row?.['application_id'] ?? 0);
}

function numberOf(database: Database): number {
  const row = database.now(() =>
    database.statement('SELECT json FROM documents WHERE name = ?').get(documentName),
  );
  const number = Number(row?.['json'] ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

/** Null where there is none, or none that can be read: then nothing is claimed. */
function readMark(path: string): { readonly id: number; readonly number: number } | null {
  try {
    const [, id, number] = /^(-?\d{1,10}) (\d{1,15})\n$/.exec(readFileSync(`${path}.session`, 'utf8')) ?? [];
    return id === undefined || number === undefined ? null : { id: Number(id), number: Number(number) };
  } catch {
    return null;
  }
}

/** New file, then rename: a reader never sees half of one. */
function writeMark(path: string, text: string): void {
  const unfinished = `${path}.session.new`;
  rmSync(unfinished, { force: true });
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (process.platform !== 'win32') chmodSync(unfinished, 0o600);
  renameSync(unfinished, `${path}.session`);
}
