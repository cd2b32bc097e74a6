import type { StoreKind } from '@postern/contract';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import type { StoreParts } from './build-store.ts';
import type { Database } from './database.ts';
import { countSealed, dropUnusedKeyRow, type KeyRow, readKeyRow } from './key-row.ts';
import { KeychainError, type KeychainTrouble, keychainSentences } from './keychain-error.ts';
import { createKeychainKey } from './keychain-key.ts';
import type { OpenStoreOptions } from './open-store.ts';
import { openPassphraseKey } from './passphrase-key.ts';
import type { SealingKeyStore } from './sealing-key.ts';

export interface ResolveStoreKindDeps
  extends Omit<OpenStoreOptions, 'dataDir'>,
    Pick<StoreParts, 'keychain' | 'scryptCost'> {
  readonly database: Database;
}

export interface ResolvedStoreKind {
  readonly kind: StoreKind;
  /** Why it is this one, where the user did not choose; else null. */
  readonly why: string | null;
  /** Null for `memory`, unless the keychain was asked and has not answered yet: then it is `memory` until it does. */
  readonly keys: SealingKeyStore | null;
}

/**
 * Decides where the sealing key is kept. What is already sealed decides: it is opened the way it was sealed or not at all, never downgraded.
 * @throws ConfigurationError as `openStore`
 */
export async function resolveStoreKind(deps: ResolveStoreKindDeps): Promise<ResolvedStoreKind> {
  const sealedAs = await settleKeyRow(deps);
  const wanted = deps.kind ?? sealedAs;
  switch (wanted) {
    case 'memory':
      return { kind: 'memory', why: null, keys: null };
    case 'passphrase_file': {
      const keys = await openPassphraseKey({ ...deps, cost: deps.scryptCost });
      return { kind: 'passphrase_file', why: null, keys };
    }
    case 'os_keychain':
    case null:
      return await keychainOrMemory(deps, wanted, sealedAs !== null);
  }
}

async function keychainOrMemory(
  deps: ResolveStoreKindDeps,
  wanted: 'os_keychain' | null,
  isSealed: boolean,
): Promise<ResolvedStoreKind> {
  const keys = createKeychainKey(deps);
  const kept = { kind: 'os_keychain', why: null, keys } as const;
  const trouble = await (deps.whileAsked?.(() => probe(keys)) ?? probe(keys));
  if (trouble === null) return kept;
  if (wanted === null) {
    if (trouble !== 'slow') await keys.close();
    const why = insteadOfKeychain(trouble);
    deps.log(`${why} Until then sign-ins and keys live in memory.`);
    return { kind: 'memory', why, keys: trouble === 'slow' ? keys : null };
  }
  // One that is locked or slow may open later. Another one is not there at a start that names it: a wrong start, unless something sealed waits for it.
  if (isSealed || trouble === 'locked' || trouble === 'slow') return kept;
  await keys.close();
  throw new ConfigurationError(
    'credential_store_unavailable',
    exitCodes.configuration,
    trouble === 'absent'
      ? 'There is no keychain on this machine that Postern can use. Start one, or choose --store passphrase_file (sealed under a passphrase) or --store memory (until Postern stops).'
      : keychainSentences[trouble],
  );
}

/** Why it is memory, if that was not requested. */
function insteadOfKeychain(trouble: KeychainTrouble): string {
  switch (trouble) {
    case 'locked':
      return 'The keychain was locked when Postern started; unlock it and start Postern again to keep sign-ins.';
    case 'absent':
      return 'There is no keychain on this machine that Postern can use; start it with --store passphrase_file to keep sign-ins.';
    case 'slow':
      return 'The keychain did not answer when Postern started. Look for a window of its own that waits for you: sign-ins are kept as soon as it answers.';
    default:
      return `${keychainSentences[trouble]} Then start Postern again to keep sign-ins.`;
  }
}

/** The kind that what is stored is sealed under, or null where nothing is. @throws ConfigurationError where another one was asked for */
async function settleKeyRow({ database, kind }: ResolveStoreKindDeps): Promise<KeyRow['kind'] | null> {
  const row = readKeyRow(database);
  if (row === null) return null;
  if (countSealed(database) === 0) {
    const fits = kind === 'memory' || row.kind === (kind ?? 'os_keychain');
    if (fits || (await dropUnusedKeyRow(database))) return null;
  }
  if (kind !== null && kind !== row.kind)
    throw new ConfigurationError(
      'invalid_configuration',
      exitCodes.configuration,
      // Without the key a sign-in and the empty record that a sign-out leaves in its place look the same.
      `What is kept in this data directory is sealed with --store ${row.kind}, not ${kind}: sign-ins, keys, or the empty record that a sign-out leaves. Start with --store ${row.kind}, choose another --data-dir, or start over without it: postern store reset`,
    );
  return row.kind;
}

/** Gets the key once, which is the functional probe. Gives what is wrong, or null. */
async function probe(keys: SealingKeyStore): Promise<KeychainTrouble | null> {
  try {
    await keys.get();
    return null;
  } catch (error) {
    if (error instanceof KeychainError) return error.trouble;
    throw error;
  }
}
