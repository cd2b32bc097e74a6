import type { StoreKind } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** Absolute. Created with mode 0700 where it is not there. */
  readonly dataDir: string;
  /** What the person asked for; null: `os_keychain` where a functional probe passes, else `memory`, said aloud. */
  readonly kind: StoreKind | null;
  /** For `passphrase_file`: asks once; null where nobody can be asked. */
  readonly passphrase: () => Promise<Secret | null>;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
}

/** A function of this type is the room's main export. @throws ConfigurationError `unsafe_storage`, `storage_newer` (78) … */
export type OpenStore = (options: OpenStoreOptions) => Promise<Store>;
