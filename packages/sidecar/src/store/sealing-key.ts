import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeychainTrouble } from './keychain-error.ts';

const keyBytes = 32;

/** The key that every sealed record is under, and its random name. */
export interface SealingKey {
  readonly id: string;
  readonly key: KeyObject;
  /** Tells this key from another without giving it away: it is 256 random bits. */
  readonly check: string;
}

/** The state of the place where the key is kept. `ready` once the key is in memory, where it stays for the life of the process. */
export type KeyState = 'untried' | 'ready' | KeychainTrouble;

/** Gives the sealing key, making one where there is none yet. */
export interface SealingKeyStore {
  readonly kind: 'os_keychain' | 'passphrase_file';
  /** @throws StoreError `credential_store_locked`, `credential_store_unavailable`, `storage_full` */
  get(): Promise<SealingKey>;
  /** The database names another key by now: the one with this id is forgotten. */
  forget(id: string): void;
  state(): KeyState;
  /** Sentences about what became of sealed records; they hold until the process ends. */
  notes(): readonly string[];
  /** Resolves once the key is there, however late; never where the open question fails. */
  answered(): Promise<void>;
  /** Gives up what is open. Ends within 2 s. */
  close(): Promise<void>;
}

/** A new random key under a new random name. */
export function newSealingKey(): SealingKey {
  return sealingKeyOf(randomBytes(9).toString('base64url'), randomBytes(keyBytes));
}

/** The key as an object that prints nothing. @throws RangeError where it is not 32 bytes */
export function sealingKeyOf(id: string, bytes: Uint8Array): SealingKey {
  if (bytes.length !== keyBytes) throw new RangeError(`a sealing key has ${keyBytes} bytes`);
  const check = createHash('sha256').update('postern sealing key check\n').update(bytes).digest('base64url');
  return { id, key: createSecretKey(bytes), check };
}
