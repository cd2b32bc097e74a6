/** Thread of `LogCheckpoint`: moves one log after the other, without making a reader or a writer wait. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';

function move(path: string): void {
  // A file that was removed must not come back as an empty one.
  if (!existsSync(path)) return;
  const connection = new DatabaseSync(path, { timeout: 0, allowExtension: false });
  try {
    connection.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  } finally {
    connection.close();
  }
}

parentPort?.on('message', (path: string) => {
  move(path);
  parentPort?.postMessage(true);
});
