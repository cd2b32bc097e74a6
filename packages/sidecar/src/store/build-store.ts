import { join } from 'node:path';
import { ConfigurationError, exitCodes, StoreError } from '../errors/index.ts';
import { createDocuments } from './documents.ts';
import { createKernelLock, type KernelLock } from './kernel-lock.ts';
import type { Keychain } from './keychain.ts';
import { createMemoryRecords } from './memory-records.ts';
import type { Migration } from './migrations.ts';
import { type OpenedDatabase, openDatabase } from './open-database.ts';
import type { OpenStoreOptions } from './open-store.ts';
import type { ScryptCost } from './passphrase-key.ts';
import { checkPrivateFile, ensurePrivateDirectory } from './private-directory.ts';
import { resolveStoreKind } from './resolve-store-kind.ts';
import { createSealedRecords } from './sealed-records.ts';
import { createSealedRows } from './sealed-rows.ts';
import { createSql } from './sql.ts';
import { storeErrorOf } from './sqlite-failure.ts';
import type { Store } from './store.ts';
import { createStoreWatch } from './store-watch.ts';

/** What a store is built from besides the person's wishes. */
export interface StoreParts {
  readonly migrations: readonly Migration[];
  readonly keychain: Keychain;
  readonly scryptCost: ScryptCost;
}

/** Builds a store from its parts; `openStore` gives the real ones and says what is thrown. */
export async function buildStore(options: OpenStoreOptions, parts: StoreParts): Promise<Store> {
  try {
    return await build(options, parts);
  } catch (thrown) {
    const error = storeErrorOf(thrown);
    if (error instanceof StoreError)
      throw new ConfigurationError(error.code, exitCodes.inputOutput, error.detail);
    throw error;
  }
}

async function build(options: OpenStoreOptions, parts: StoreParts): Promise<Store> {
  const { dataDir, clock, log } = options;
  ensurePrivateDirectory(dataDir);
  checkPrivateFile(join(dataDir, 'lock.db'));
  const lock = createKernelLock(join(dataDir, 'lock.db'), clock);
  try {
    const path = join(dataDir, 'postern.db');
    const opened = await openDatabase({ path, lock, migrations: parts.migrations, clock, log });
    try {
      return await assemble(options, parts, lock, opened);
    } catch (error) {
      opened.database.close();
      throw error;
    }
  } catch (error) {
    await lock.close();
    throw error;
  }
}

async function assemble(
  options: OpenStoreOptions,
  parts: StoreParts,
  lock: KernelLock,
  { database, setAside }: OpenedDatabase,
): Promise<Store> {
  const { dataDir, clock, log } = options;
  const { kind, why, keys } = await resolveStoreKind({ ...options, ...parts, database });
  const watch = createStoreWatch({ kind, why, keyState: () => keys?.state() ?? 'ready' });
  if (setAside !== null)
    watch.noteDamaged(`The database could not be read; it is kept as ${setAside} and a new one was begun.`);
  const records =
    keys === null
      ? createMemoryRecords()
      : createSealedRecords(createSealedRows({ database, keys, clock, watch, log }));
  return {
    dataDir,
    ...records,
    documents: createDocuments({ database, clock, log }),
    sql: createSql(database),
    health: () => watch.health(),
    exclusively: (work, lockOptions) => lock.exclusively(work, lockOptions),
    async close() {
      await lock.close();
      database.close();
    },
  };
}
