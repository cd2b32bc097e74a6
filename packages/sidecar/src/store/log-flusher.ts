import { close, fdatasync, open } from 'node:fs';

/** Tells the disk to keep what was written to a database's write-ahead log, beside everything else that runs. */
export interface LogFlusher {
  /**
   * Returns at once, and flushes when what runs now has run, the sending of a call included. Calls that come while the disk is busy share the next
   * flush. Never throws.
   */
  flush(): void;
  /** The same within a few milliseconds; a `flush` until then is enough for both. */
  flushLater(): void;
  close(): void;
}

/** What is under way to a service takes longer, and a call that is not known to be settled counts with the most it may cost. */
const laterMs = 5;

/**
 * The log has a descriptor of its own here: SQLite locks other files, so that closing this one frees no lock. It is kept, as SQLite keeps its
 * own: the log stays the same file for as long as a connection is open.
 * @param path of the database; null for one in memory, which has no log
 * @param sync what tells the disk; default: the system’s
 */
export function createLogFlusher(path: string | null, sync: typeof fdatasync = fdatasync): LogFlusher {
  /** `ordered`: the next flush has not begun, and takes along what is written until then. */
  let state: 'idle' | 'ordered' | 'busy' | 'busy, and again' = 'idle';
  let isClosed = false;
  let descriptor: number | null = null;
  let later: NodeJS.Timeout | undefined;

  function closeLog(): void {
    // A disk that went away may refuse even this.
    if (descriptor !== null) close(descriptor, () => undefined);
    descriptor = null;
  }
  const done = (): void => {
    const again = state === 'busy, and again';
    state = 'idle';
    if (isClosed) closeLog();
    else if (again) flush();
  };
  function syncNow(log: number): void {
    sync(log, (failure) => {
      // It may be what came of a disk that went away: opened again the next time.
      if (failure !== null) closeLog();
      done();
    });
  }
  function flush(): void {
    clearTimeout(later);
    later = undefined;
    if (path === null || isClosed || state === 'ordered') return;
    if (state !== 'idle') {
      state = 'busy, and again';
      return;
    }
    state = 'ordered';
    // To wake another thread costs a call that waits to be sent a tenth of a millisecond, and undici sends it on a kept connection after the
    // next poll. Source: undici 8.13.1, `scheduleIdleSocketValidation`.
    setImmediate(() => setImmediate(syncLog));
  }
  function syncLog(): void {
    state = 'busy';
    if (descriptor !== null) {
      syncNow(descriptor);
      return;
    }
    open(`${path}-wal`, 'r+', (failure, opened) => {
      // Not there: it was written into the database, and synced by SQLite.
      if (failure !== null) return done();
      descriptor = opened;
      syncNow(opened);
    });
  }
  return {
    flush,
    flushLater() {
      if (path !== null && !isClosed) later ??= setTimeout(flush, laterMs);
    },
    close() {
      if (later !== undefined) flush();
      isClosed = true;
      if (state === 'idle') closeLog();
    },
  };
}
