import { join } from 'node:path';
import type { Clock } from '../credentials/index.ts';
import { createKernelLock } from './kernel-lock.ts';
import { readKeyRow, setAsideSealed } from './key-row.ts';
import { migrations } from './migrations.ts';
import { openDatabase } from './open-database.ts';
import { checkPrivateFile, ensurePrivateDirectory } from './private-directory.ts';

/** What `resetStore` needs. */
export interface ResetStoreOptions {
  /** Absolute. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
}

/**
 * Gives up the sealing key of a data directory: what it seals is set aside in the database, where nothing uses it, and the next start makes a new
 * key wherever it is asked to keep it. Settings, conversations and receipts stay. Gives how many records were set aside. Needs no key.
 * @throws ConfigurationError and StoreError as `openStore`
 */
export async function resetStore({ dataDir, clock, log }: ResetStoreOptions): Promise<number> {
  ensurePrivateDirectory(dataDir);
  const lockPath = join(dataDir, 'lock.db');
  checkPrivateFile(lockPath);
  const lock = createKernelLock(lockPath, clock);
  try {
    const path = join(dataDir, 'postern.db');
    const { database } = await openDatabase({ path, lock, migrations, clock, log });
    try {
      const row = readKeyRow(database);
      return row === null ? 0 : await setAsideSealed(database, row.id, 'reset', clock());
    } finally {
      database.close();
    }
  } finally {
    await lock.close();
  }
}
