import type { StoreKind } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import { buildStore } from './build-store.ts';
import { createKeychain } from './keychain.ts';
import type { KeychainEnvironment } from './keychain-process.ts';
import { migrations } from './migrations.ts';
import { osKeychainEntries } from './os-keychain-entries.ts';
import { recommendedScryptCost } from './passphrase-key.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** Absolute. Created with mode 0700 where it is not there. */
  readonly dataDir: string;
  /** What the user asked for; null: `os_keychain` where a functional probe passes, else `memory`, said aloud. */
  readonly kind: StoreKind | null;
  /**
   * For `passphrase_file`: asks for it; null without a terminal. `isNew`: nothing is sealed yet, so no later look can tell that it was
   * mistyped.
   */
  readonly passphrase: (isNew: boolean) => Promise<Secret | null>;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
  /** Ends the wait for a keychain that does not answer. */
  readonly stop?: AbortSignal | undefined;
  /** Runs the first question to the keychain, which may wait for the user. */
  readonly whileAsked?: (<T>(look: () => Promise<T>) => Promise<T>) | undefined;
  /** Where the keychain's session bus is found. */
  readonly environment?: KeychainEnvironment;
}

/** A function of this type is the module's main export. @throws ConfigurationError `unsafe_storage`, `storage_newer` (78) … */
export type OpenStore = (options: OpenStoreOptions) => Promise<Store>;

/**
 * Opens what Postern keeps in a data directory, creating, migrating or setting aside as needed. A directory that holds records sealed in
 * another way than the one asked for is refused; with `kind: null` it is opened the way it was sealed.
 * @throws ConfigurationError `unsafe_storage`, `storage_newer`, `invalid_configuration` (another kind), `credential_store_unavailable` (no
 * keychain, no passphrase) with exit 78; `passphrase_wrong` with 77; `storage_full` with 73 or 74
 * @throws TransientError `refresh_unavailable` where the lock that creating or migrating needs is held for 30 s
 */
export const openStore: OpenStore = (options) =>
  buildStore(options, {
    migrations,
    keychain: createKeychain(osKeychainEntries(options.environment ?? {})),
    scryptCost: recommendedScryptCost,
  });
