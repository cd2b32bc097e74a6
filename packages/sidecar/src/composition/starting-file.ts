import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `<dataDir>/starting.json` (0600) with the process that holds the directory and cannot say yet where it listens: a keychain's window
 * may keep it waiting, and `postern stop` ends it by its number. The result removes it. Only for the holder of the directory's lock.
 * @throws Error of the file system
 */
export function noteStarting(dataDir: string): () => void {
  const path = join(dataDir, 'starting.json');
  const remove = (): void => rmSync(path, { force: true });
  // What a crash left is not written over: it may be anything.
  remove();
  writeFileSync(path, `${JSON.stringify({ pid: process.pid })}\n`, { mode: 0o600, flag: 'wx' });
  return remove;
}
