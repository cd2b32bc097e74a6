import { type Composition, compose } from './compose.ts';
import { type Environment, readConfiguration, type StartOptions } from './composition/configuration.ts';

/** What a command that works without a running sidecar opens. */
export type AloneOptions = Pick<StartOptions, 'mode' | 'dataDir' | 'store'>;

/** The sidecar's use cases in this process, under the same locks: as much of each as a command needs. Nothing listens but what they need. */
export interface Alone extends Pick<Composition, 'preferences' | 'diagnostics' | 'refreshUsage' | 'close'> {
  /** `start` opens a redirect listener of its own: there is no sidecar to come back to. */
  readonly signIns: Pick<
    Composition['signIns'],
    'first' | 'start' | 'completeForwarded' | 'cancel' | 'refresh' | 'signOut' | 'status'
  >;
  readonly claudeCode: Pick<Composition['claudeCode'], 'status' | 'login' | 'cancel' | 'logout'>;
  readonly credentials: Pick<Composition['credentials'], 'views'>;
  readonly ledger: Pick<
    Composition['ledger'],
    | 'receipts'
    | 'timeline'
    | 'spentTodayUsd'
    | 'reservedTodayUsd'
    | 'caps'
    | 'spend'
    | 'spendByDay'
    | 'windows'
  >;
  readonly accessTokens: Pick<Composition['accessTokens'], 'getValidFor'>;
  readonly agent: Pick<
    Composition['agent'],
    'start' | 'events' | 'cancel' | 'approve' | 'answer' | 'conversation'
  >;
  readonly workspaceTrust: Pick<Composition['workspaceTrust'], 'look' | 'trust'>;
}

/** @throws ConfigurationError and StoreError, with nothing left open */
export async function openAlone(
  options: AloneOptions,
  environment: Environment,
  ports: Pick<Parameters<typeof compose>[1], 'log' | 'askPassphrase'>,
): Promise<Alone> {
  const configuration = readConfiguration({ ...options, port: null, open: false, json: false }, environment);
  return await compose(configuration, { ...ports, sidecarPort: () => 0, alone: true });
}
