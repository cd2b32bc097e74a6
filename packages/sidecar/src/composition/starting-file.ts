import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartingFile, StartWait } from '@postern/contract';

/** What the data directory says of a start. */
export interface StartingNote {
  /** What the start waits for now; null: for nothing of the user's. */
  waitsFor(what: StartWait | null): void;
  /** The start is over. */
  remove(): void;
}

/**
 * Writes `<dataDir>/starting.json` (0600) with the process that holds the directory and cannot say yet where it listens: a keychain's window
 * may keep it waiting, `postern status` says so, and `postern stop` ends it by its number. Only for the holder of the directory's lock.
 * @throws Error of the file system, for the first time only
 */
export function noteStarting(dataDir: string): StartingNote {
  const path = join(dataDir, 'starting.json');
  const startedAt = new Date().toISOString();
  let isOver = false;

  function write(waitsFor: StartWait | null): void {
    const file: StartingFile = { pid: process.pid, startedAt, waitsFor };
    const temporary = `${path}.new`;
    // What a crash left is not written over: it may be anything.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  }

  write(null);
  return {
    waitsFor(what) {
      if (isOver) return;
      try {
        write(what);
      } catch {
        // It tells less; the start goes on.
      }
    },
    remove() {
      isOver = true;
      rmSync(path, { force: true });
    },
  };
}
