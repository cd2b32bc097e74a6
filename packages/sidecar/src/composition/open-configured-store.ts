import type { StartWait } from '@postern/contract';
import { openStore, type Store } from '../store/index.ts';
import type { Configuration } from './configuration.ts';

/** What opening the store needs of the entry point. */
export interface StorePorts {
  readonly log: (line: string) => void;
  /** For `passphrase_file`: asks the user, where there is one. */
  readonly askPassphrase: Parameters<typeof openStore>[0]['passphrase'];
  /** Ends the wait for a keychain that does not answer. */
  readonly stop?: AbortSignal;
  /** Called with what is waited for, and with null once that is over. */
  readonly waitsFor?: (what: StartWait | null) => void;
}

/** Opens the store of a configuration; in the sandbox it is memory unless another kind was asked for. @throws ConfigurationError as `openStore` */
export function openConfiguredStore(configuration: Configuration, ports: StorePorts): Promise<Store> {
  const { dataDir, mode, passphrase, environment } = configuration;
  async function waiting<T>(what: StartWait, work: () => Promise<T>): Promise<T> {
    ports.waitsFor?.(what);
    try {
      return await work();
    } finally {
      ports.waitsFor?.(null);
    }
  }
  return openStore({
    dataDir,
    kind: configuration.store ?? (mode === 'sandbox' ? 'memory' : null),
    passphrase: async (isNew) =>
      passphrase ?? (await waiting('passphrase', () => ports.askPassphrase(isNew))),
    environment,
    clock: Date.now,
    log: ports.log,
    stop: ports.stop,
    whileAsked: (look) => waiting('keychain', look),
  });
}
