import { join } from 'node:path';
import { ConfigurationError, exitCodes, StoreError } from '../errors/index.ts';
import { createDocuments } from './documents.ts';
import { createKernelLock, type KernelLock } from './kernel-lock.ts';
import type { Keychain } from './keychain.ts';
import { createMemoryRecords } from './memory-records.ts';
import type { Migration } from './migrations.ts';
import { createMovingRecords } from './moving-records.ts';
import { type OpenedDatabase, openDatabase } from './open-database.ts';
import type { OpenStoreOptions } from './open-store.ts';
import type { ScryptCost } from './passphrase-key.ts';
import { checkPrivateFile, ensurePrivateDirectory } from './private-directory.ts';
import { resolveStoreKind } from './resolve-store-kind.ts';
import { createSealedRecords, type SecretRecords } from './sealed-records.ts';
import { createSealedRows } from './sealed-rows.ts';
import type { SealingKeyStore } from './sealing-key.ts';
import { beginSession, isOlderThanLastSession } from './session-mark.ts';
import { sharedFileSystemWarning } from './shared-file-system.ts';
import { createSql } from './sql.ts';
import { storeErrorOf } from './sqlite-failure.ts';
import type { Store } from './store.ts';
import { createStoreHealthTracker } from './store-health.ts';

/** What a store is built from besides the user's wishes. */
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
  const { kind: kindAtStart, why, keys } = await resolveStoreKind({ ...options, ...parts, database });
  let kind = kindAtStart;
  const watch = createStoreHealthTracker({
    kind: () => kind,
    why: () => (kind === kindAtStart ? why : null),
    keyState: () => keys?.state() ?? 'ready',
    writing: () => database.trouble(),
    keyNotes: () => keys?.notes() ?? [],
  });
  const documents = createDocuments({ database, clock, log });
  // The settings were lost with it: they are not the same as settings that were never made.
  if (setAside !== null) documents.update('settings', (current) => current ?? {});
  const warning = sharedFileSystemWarning(dataDir);
  if (warning !== null) log(warning);
  const path = join(dataDir, 'postern.db');
  const losses = lossesOf(setAside, setAside === null && isOlderThanLastSession(database, path));
  for (const sentence of losses) {
    watch.noteDamaged(sentence);
    log(sentence);
  }
  const sealed = keys && createSealedRecords(createSealedRows({ database, keys, clock, watch, log }));
  const records =
    kind !== 'memory' && sealed !== null
      ? sealed
      : recordsInMemory(sealed, keys, log, () => {
          kind = 'os_keychain';
        });
  return {
    dataDir,
    ...records,
    documents,
    sql: createSql(database),
    health: () => watch.health(),
    losses,
    warning,
    beginSession: () => {
      try {
        beginSession(database, path);
      } catch {
        log('the session could not be marked: a log that is lost after a crash would not be missed');
      }
    },
    exclusively: (work, lockOptions) =>
      lock.exclusively(() => {
        // A free lock is taken without waiting: the process that had it may have written in this very turn.
        database.lookAgain();
        return work();
      }, lockOptions),
    async close() {
      await keys?.close();
      await lock.close();
      database.close();
    },
  };
}

/** Sealed once the keychain answers, where it was asked. */
function recordsInMemory(
  sealed: SecretRecords | null,
  keys: SealingKeyStore | null,
  log: (line: string) => void,
  onMoved: () => void,
): SecretRecords {
  const memory = createMemoryRecords();
  if (sealed === null || keys === null) return memory;
  return createMovingRecords({ memory, sealed, ready: keys.answered(), onMoved, log });
}

function lossesOf(setAside: string | null, isOlder: boolean): readonly string[] {
  if (setAside !== null)
    return [`The database could not be read; it is kept as ${setAside} and a new one was begun.`];
  return isOlder
    ? [
        'The database is older than what was last written: its log (postern.db-wal) was deleted after a crash, or the file was replaced. What was stored since then is lost.',
      ]
    : [];
}
