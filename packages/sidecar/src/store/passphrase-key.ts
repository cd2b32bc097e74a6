import { createSecretKey, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { ConfigurationError, exitCodes, StoreError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Database } from './database.ts';
import { claimKeyRow, keyRowOf, readKeyRow } from './key-row.ts';
import type { OpenStoreOptions } from './open-store.ts';
import { seal, unseal } from './seal.ts';
import { newSealingKey, type SealingKey, type SealingKeyStore, sealingKeyOf } from './sealing-key.ts';

/** What scrypt is to cost: `N` iterations of `r` blocks, `p` at once. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about half a second. Source: OWASP Password Storage Cheat Sheet, "scrypt" (2026-11-24); RFC 7914. */
export const recommendedScryptCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

const saltBytes = 16;
const wrappingKeyBytes = 32;
const wrapFormat = 1;

const base64 = z.string().transform((text) => Buffer.from(text, 'base64url'));
const wrappingSchema = z.object({
  kdf: z.literal('scrypt'),
  N: z
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(16),
  salt: base64,
  nonce: base64,
  wrapped_key: base64,
});

export interface PassphraseKeyDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly passphrase: OpenStoreOptions['passphrase'];
  readonly cost: ScryptCost;
}

/**
 * The sealing key, wrapped under a passphrase in a row of the database. Asked for once, at the start; the key then stays in memory.
 * @throws ConfigurationError `passphrase_missing` (78) without one, `passphrase_wrong` (77) with a wrong one
 */
export async function openPassphraseKey(deps: PassphraseKeyDeps): Promise<SealingKeyStore> {
  const known = readKeyRow(deps.database);
  const passphrase = await deps.passphrase(known === null);
  if (passphrase === null || passphrase.reveal() === '')
    throw new ConfigurationError(
      'passphrase_missing',
      exitCodes.configuration,
      '--store passphrase_file needs a passphrase.',
    );
  // Looked up again: another process may have made one while the user typed.
  const row = readKeyRow(deps.database) ?? (await make(deps, passphrase));
  const key = await unwrap(row.id, row.wrapping, passphrase);
  if (key === null || key.check !== row.check)
    throw new ConfigurationError(
      'passphrase_wrong',
      exitCodes.permission,
      'It is not the one this data was sealed with. Nothing was changed.',
    );
  let forgotten = false;
  return {
    kind: 'passphrase_file',
    async get() {
      if (!forgotten) return key;
      throw new StoreError(
        'credential_store_unavailable',
        'Another Postern process has sealed this data in another way meanwhile. Start Postern again.',
      );
    },
    forget(id) {
      forgotten ||= id === key.id;
    },
    state: () => (forgotten ? 'absent' : 'ready'),
    notes: () => [],
    answered: async () => undefined,
    close: async () => undefined,
  };
}

async function make(deps: PassphraseKeyDeps, passphrase: Secret) {
  const key = newSealingKey();
  const salt = randomBytes(saltBytes);
  const wrappingKey = await derive(passphrase, salt, deps.cost);
  const context = { name: 'sealing_key', id: key.id, format: wrapFormat };
  const { nonce, ciphertext } = seal(wrappingKey, key.key.export().toString('base64url'), context);
  const wrapping = JSON.stringify({
    kdf: 'scrypt',
    ...deps.cost,
    salt: salt.toString('base64url'),
    nonce: Buffer.from(nonce).toString('base64url'),
    wrapped_key: Buffer.from(ciphertext).toString('base64url'),
  });
  return await claimKeyRow(deps.database, keyRowOf(key, 'passphrase_file', wrapping), deps.clock());
}

/** Null where the passphrase is another. */
async function unwrap(id: string, wrapping: string | null, passphrase: Secret): Promise<SealingKey | null> {
  const { salt, nonce, wrapped_key: ciphertext, ...cost } = readWrapping(wrapping);
  const wrappingKey = await derive(passphrase, salt, cost);
  try {
    const text = unseal(wrappingKey, { nonce, ciphertext }, { name: 'sealing_key', id, format: wrapFormat });
    return sealingKeyOf(id, Buffer.from(text, 'base64url'));
  } catch {
    return null;
  }
}

function readWrapping(wrapping: string | null) {
  try {
    return wrappingSchema.parse(JSON.parse(wrapping ?? 'null'));
  } catch {
    throw new ConfigurationError(
      'credential_store_unavailable',
      exitCodes.configuration,
      'The wrapped sealing key in postern.db cannot be read. Nothing was changed; move that file away to begin anew.',
    );
  }
}

async function derive(passphrase: Secret, salt: Uint8Array, { N, r, p }: ScryptCost) {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same passphrase typed on another keyboard may come in other code points. Source: RFC 8265, section 4.2.2.
  const typed = passphrase.reveal().normalize('NFKC');
  // Node's own limit is 32 MiB. Source: RFC 7914, section 6 (128·r bytes for each of N, p and two more blocks).
  const maxmem = 128 * r * (N + p + 2) + 2 ** 20;
  scrypt(typed, salt, wrappingKeyBytes, { N, r, p, maxmem }, (error, bytes) =>
    error === null ? resolve(bytes) : reject(error),
  );
  return createSecretKey(await promise);
}
