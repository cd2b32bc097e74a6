import { type Composition, compose } from './compose.ts';
import { type Environment, readConfiguration, type StartOptions } from './composition/configuration.ts';

/** What a command that works without a running sidecar opens. */
export type AloneOptions = Pick<StartOptions, 'mode' | 'dataDir' | 'store'>;

/** The sidecar's use cases in this process, under the same locks; nothing listens but what they need. */
export type Alone = Pick<
  Composition,
  | 'signIns'
  | 'preferences'
  | 'credentials'
  | 'ledger'
  | 'diagnostics'
  | 'accessTokens'
  | 'agent'
  | 'claudeCode'
  | 'close'
>;

/** @throws ConfigurationError and StoreError, with nothing left open */
export async function openAlone(
  options: AloneOptions,
  environment: Environment,
  ports: Pick<Parameters<typeof compose>[1], 'log' | 'askPassphrase'>,
): Promise<Alone> {
  const configuration = readConfiguration({ ...options, port: null, open: false, json: false }, environment);
  return await compose(configuration, { ...ports, sidecarPort: () => 0, alone: true });
}
