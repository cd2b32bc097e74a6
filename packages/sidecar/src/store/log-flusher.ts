import { close, fdatasync, open } from 'node:fs';

/** Tells the disk to keep what was written to a database's write-ahead log, beside everything else that runs. */
export interface LogFlusher {
  /** Returns at once; calls that come while the disk is busy share the next time. Never throws. */
  flush(): void;
  close(): void;
}

/**
 * The log has a descriptor of its own here: SQLite locks other files, so that closing this one frees no lock.
 * @param path of the database; null for one in memory, which has no log
 */
export function createLogFlusher(path: string | null): LogFlusher {
  let state: 'idle' | 'busy' | 'busy, and again' = 'idle';
  let isClosed = false;
  const done = (): void => {
    const again = state === 'busy, and again' && !isClosed;
    state = 'idle';
    if (again) flush();
  };
  function flush(): void {
    if (path === null || isClosed) return;
    if (state !== 'idle') {
      state = 'busy, and again';
      return;
    }
    state = 'busy';
    // Opened again each time: the last connection that closes removes the log, and the next one makes another.
    open(`${path}-wal`, 'r+', (failure, descriptor) => {
      // Not there: it was written into the database, and synced by SQLite.
      if (failure !== null) return done();
      fdatasync(descriptor, () => close(descriptor, done));
    });
  }
  return {
    flush,
    close() {
      isClosed = true;
    },
  };
}
