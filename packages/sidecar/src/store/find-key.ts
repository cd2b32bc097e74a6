import { StoreError } from '../errors/index.ts';
import { claimKeyRow, type KeyRow, keyRowOf, readKeyRow, setAsideSealed } from './key-row.ts';
import { KeychainError } from './keychain-error.ts';
import type { KeychainKeyDeps } from './keychain-key.ts';
import { restoreSetAside, setAsideKeyIds } from './restore-set-aside.ts';
import { newSealingKey, type SealingKey, sealingKeyOf } from './sealing-key.ts';
import { forgetUnfinishedKey, noteUnfinishedKey, readUnfinishedKey } from './unfinished-key.ts';

const sentinelValue = 'postern';
/** How long removing what was not finished may take when Postern ends. */
const tidyMs = 1_000;

export interface KeyFinderDeps extends KeychainKeyDeps {
  /** A sentence for the user that holds until the process ends. */
  readonly note: (sentence: string) => void;
}

/** Finds the key that the database names in the keychain, or makes the first one. */
export interface KeyFinder {
  /** @throws KeychainError; StoreError `storage_full` */
  find(): Promise<SealingKey>;
  /** Removes from the keychain what was begun and not finished, as far as that needs no answer of the user's. */
  tidy(): Promise<void>;
}

export function createKeyFinder(deps: KeyFinderDeps): KeyFinder {
  const { database, keychain, clock, log, note } = deps;
  /** The key that was missing at the last look. */
  let missing: string | null = null;
  /** The entries this process has begun to write and not claimed. */
  let begun: string | null = null;

  async function find(): Promise<SealingKey> {
    const row = readKeyRow(database);
    if (row === null) return await make();
    const kept = await readKept(row);
    if (kept !== null) {
      missing = null;
      await bringBack(kept);
      return kept;
    }
    // One look may have met a keychain that was just being unlocked or restored: what is sealed is given up at a later look only.
    if (missing !== row.id) {
      missing = row.id;
      throw new KeychainError('key_missing');
    }
    const records = await setAsideSealed(database, row.id, 'key lost', clock());
    log(`the keychain has lost the sealing key ${row.id}; ${records} records were set aside`);
    note(
      `The keychain has lost the sealing key: ${records} sealed records were set aside. They come back if the key does; until then sign in again.`,
    );
    return await find();
  }

  /** The key that the row names; null where it is gone: before and after its sentinel was there, or another key stands in its place. */
  async function readKept(row: KeyRow): Promise<SealingKey | null> {
    if (row.kind !== 'os_keychain')
      throw new StoreError(
        'credential_store_unavailable',
        'Another Postern process has sealed this data in another way meanwhile. Start Postern again.',
      );
    const accounts = accountsOf(row.id);
    const text = await keychain.read(accounts.key);
    if (text !== null) return keyFrom(row, text);
    if ((await keychain.read(accounts.sentinel)) !== sentinelValue) throw new KeychainError('other_keychain');
    // KeePassXC says null for an entry of a locked database: it may have been unlocked between the two looks.
    const again = await keychain.read(accounts.key);
    return again === null ? null : keyFrom(row, again);
  }

  /** A new key, and its sentinel; then its name in the database. Read back once: each reading may ask the user. */
  async function make(): Promise<SealingKey> {
    const key = (await unfinished()) ?? (await write());
    await keychain.write(accountsOf(key.id).sentinel, sentinelValue);
    const row = await claimKeyRow(database, keyRowOf(key, 'os_keychain', null), clock());
    if (row.id === key.id) {
      begun = null;
      forgetUnfinishedKey(database);
      return key;
    }
    // Another process was faster.
    await removeBegun();
    const kept = await readKept(row);
    if (kept === null) throw new KeychainError('key_missing');
    return kept;
  }

  /** The key of an earlier start that ended before the keychain was answered: one entry, however often that happens. */
  async function unfinished(): Promise<SealingKey | null> {
    const id = readUnfinishedKey(database);
    if (id === null) return null;
    const text = await keychain.read(accountsOf(id).key);
    return text === null ? null : parsed(id, text);
  }

  async function write(): Promise<SealingKey> {
    const key = newSealingKey();
    const account = accountsOf(key.id).key;
    const text = key.key.export().toString('base64url');
    noteUnfinishedKey(database, key.id);
    begun = key.id;
    await keychain.write(account, text);
    // Some backends accept a write that they then do not keep.
    const back = await keychain.read(account);
    if (back === text) return key;
    await removeBegun();
    throw new KeychainError('absent');
  }

  async function removeBegun(): Promise<void> {
    if (begun === null) return;
    const accounts = accountsOf(begun);
    await keychain.remove(accounts.sentinel);
    await keychain.remove(accounts.key);
    begun = null;
    forgetUnfinishedKey(database);
  }

  /** Records that were set aside when their key was missing, and whose key is there now. */
  async function bringBack(current: SealingKey): Promise<void> {
    for (const id of setAsideKeyIds(database)) {
      const text = id === current.id ? null : await keychain.read(accountsOf(id).key).catch(() => null);
      const key = id === current.id ? current : text === null ? null : parsed(id, text);
      if (key === null) continue;
      const records = await restoreSetAside(database, key, current);
      if (records > 0) log(`the sealing key ${id} was found again; ${records} records came back`);
    }
  }

  return {
    find,
    async tidy() {
      if (begun === null) return;
      await Promise.race([
        removeBegun().catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, tidyMs)),
      ]);
    },
  };
}

/** The accounts of a key and of the sentinel beside it. */
function accountsOf(id: string): { readonly key: string; readonly sentinel: string } {
  return { key: `sealing-key:${id}`, sentinel: `sealing-sentinel:${id}` };
}

function keyFrom(row: KeyRow, text: string): SealingKey | null {
  const key = parsed(row.id, text);
  return key?.check === row.check ? key : null;
}

function parsed(id: string, text: string): SealingKey | null {
  try {
    return sealingKeyOf(id, Buffer.from(text, 'base64url'));
  } catch {
    return null;
  }
}
