import { stat } from 'node:fs';
import { BoundedThread } from '../threads/index.ts';

/** Moves what was written from the log of a database into its file, in a thread: that waits for the disk twice. */
export interface LogCheckpoint {
  /** To be called after each write; looks at the log now and then. Never throws. */
  noteWrite(): void;
  /** Moves it now, however short it is. Never rejects. */
  move(): Promise<void>;
  /** Settles when the log is not being moved. The log begins at its start again only if nothing is written until then. */
  settled(): Promise<void>;
  close(): void;
}

/** A log that was moved is cut to this size; one that is much longer has not been moved. */
export const logLimitBytes = 4 * 1024 * 1024;
const longestLogBytes = logLimitBytes + 1024 * 1024;
const writesOfALook = 16;
/** The bundle lays the thread's file beside its own, as JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './log-checkpoint.worker.ts' : './log-checkpoint.worker.js',
  import.meta.url,
);

/** @param path of the database */
export function createLogCheckpoint(path: string): LogCheckpoint {
  const thread = new BoundedThread<string, boolean>(threadFile, {
    taskMs: 30_000,
    idleMs: 10_000,
    mostWaiting: 1,
    maxOldGenerationSizeMb: 32,
  });
  let writes = 0;
  let moving: Promise<void> | null = null;
  let isClosed = false;

  async function moveNow(): Promise<void> {
    await thread.run(path);
    moving = null;
  }
  return {
    async move() {
      if (isClosed) return;
      moving ??= moveNow();
      await moving;
    },
    noteWrite() {
      writes += 1;
      if (writes < writesOfALook || moving !== null || isClosed) return;
      writes = 0;
      stat(`${path}-wal`, (failure, status) => {
        if (failure === null && status.size > longestLogBytes && moving === null && !isClosed)
          moving = moveNow();
      });
    },
    settled: async () => {
      await moving;
    },
    close() {
      isClosed = true;
      void thread.close();
    },
  };
}
