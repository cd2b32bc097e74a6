import { openStore, type Store } from '../store/index.ts';
import type { Configuration } from './configuration.ts';

/** What opening the store needs of the entry point. */
export interface StorePorts {
  readonly log: (line: string) => void;
  /** For `passphrase_file`: asks the user, where there is one. */
  readonly askPassphrase: Parameters<typeof openStore>[0]['passphrase'];
  /** Ends the wait for a keychain that does not answer. */
  readonly stop?: AbortSignal;
}

/** Opens the store of a configuration; in the sandbox it is memory unless another kind was asked for. @throws ConfigurationError as `openStore` */
export function openConfiguredStore(configuration: Configuration, ports: StorePorts): Promise<Store> {
  const { dataDir, mode, passphrase, environment } = configuration;
  return openStore({
    dataDir,
    kind: configuration.store ?? (mode === 'sandbox' ? 'memory' : null),
    passphrase: async () => passphrase ?? (await ports.askPassphrase()),
    environment,
    clock: Date.now,
    log: ports.log,
    stop: ports.stop,
  });
}
