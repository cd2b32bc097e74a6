import type { Clock } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { Database } from './database.ts';
import { claimKeyRow, type KeyRow, keyRowOf, readKeyRow, setAsideLostKey } from './key-row.ts';
import type { Keychain } from './keychain.ts';
import { KeychainError } from './keychain-error.ts';
import {
  type KeyState,
  newSealingKey,
  type SealingKey,
  type SealingKeyStore,
  sealingKeyOf,
} from './sealing-key.ts';

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
const sentinelValue = 'postern';

export interface KeychainKeyDeps {
  readonly database: Database;
  readonly keychain: Keychain;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * The sealing key in the OS keychain. Once read it stays in memory for the life of the process, so that a keychain that is locked later ends
 * nothing. After a failure the keychain is left alone for 1 s, doubling to 30 s: every question may open a prompt.
 */
export function createKeychainKey(deps: KeychainKeyDeps): SealingKeyStore {
  let key: SealingKey | null = null;
  let state: KeyState = 'untried';
  let pending: Promise<SealingKey> | null = null;
  let backoff: { readonly error: KeychainError; readonly untilMs: number; readonly lengthMs: number } | null =
    null;

  async function acquire(): Promise<SealingKey> {
    try {
      key = await acquireOnce(deps);
      if (backoff !== null) deps.log('the keychain answers again');
      state = 'ready';
      backoff = null;
      return key;
    } catch (error) {
      if (error instanceof KeychainError) {
        const lengthMs = backoff === null ? firstBackoffMs : Math.min(backoff.lengthMs * 2, longestBackoffMs);
        backoff = { error, untilMs: performance.now() + lengthMs, lengthMs };
        if (state !== error.trouble) deps.log(error.detail);
        state = error.trouble;
      }
      throw error;
    } finally {
      pending = null;
    }
  }

  return {
    kind: 'os_keychain',
    async get() {
      if (key !== null) return key;
      if (backoff !== null && performance.now() < backoff.untilMs) throw backoff.error;
      pending ??= acquire();
      return await pending;
    },
    forget(id) {
      if (key?.id === id) key = null;
    },
    state: () => state,
  };
}

/** The accounts of a key and of the sentinel beside it. */
function accountsOf(id: string): { readonly key: string; readonly sentinel: string } {
  return { key: `sealing-key:${id}`, sentinel: `sealing-sentinel:${id}` };
}

async function acquireOnce(deps: KeychainKeyDeps): Promise<SealingKey> {
  const row = readKeyRow(deps.database);
  if (row === null) return await make(deps);
  const kept = await readKept(deps, row);
  if (kept !== null) return kept;
  const records = await setAsideLostKey(deps.database, row.id, deps.clock());
  deps.log(`the keychain has lost the sealing key ${row.id}; ${records} records were set aside`);
  return await acquireOnce(deps);
}

/** The key that the row names; null where it is gone: before and after its sentinel was there, or another key stands in its place. */
async function readKept({ keychain }: KeychainKeyDeps, row: KeyRow): Promise<SealingKey | null> {
  if (row.kind !== 'os_keychain')
    throw new StoreError(
      'credential_store_unavailable',
      'Another Postern process has sealed this data in another way meanwhile. Start Postern again.',
    );
  const accounts = accountsOf(row.id);
  const text = await keychain.read(accounts.key);
  if (text !== null) return keyFrom(row, text);
  if ((await keychain.read(accounts.sentinel)) !== sentinelValue) throw new KeychainError('absent');
  // KeePassXC says null for an entry of a locked database: it may have been unlocked between the two looks.
  const again = await keychain.read(accounts.key);
  return again === null ? null : keyFrom(row, again);
}

function keyFrom(row: KeyRow, text: string): SealingKey | null {
  try {
    const key = sealingKeyOf(row.id, Buffer.from(text, 'base64url'));
    return key.check === row.check ? key : null;
  } catch {
    return null;
  }
}

/** A new key: its sentinel first, which is the functional probe, then the key, then its name in the database. */
async function make({ database, keychain, clock }: KeychainKeyDeps): Promise<SealingKey> {
  const key = newSealingKey();
  const accounts = accountsOf(key.id);
  await keychain.write(accounts.sentinel, sentinelValue);
  await keychain.write(accounts.key, key.key.export().toString('base64url'));
  const row = await claimKeyRow(database, keyRowOf(key, 'os_keychain', null), clock());
  if (row.id === key.id) return key;
  await keychain.remove(accounts.key);
  await keychain.remove(accounts.sentinel);
  const kept = await readKept({ database, keychain, clock, log: () => undefined }, row);
  if (kept === null) throw new KeychainError('absent');
  return kept;
}
