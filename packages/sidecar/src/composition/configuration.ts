import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type StoreKind, storeKinds } from '@postern/contract';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import { isLoopbackHost, type OAuthConfiguration, type SecretSource } from '../oauth/index.ts';
import { Secret } from '../secret/index.ts';
import { dataDirOf } from './data-dir.ts';
import { billingUserProfileIdOf, oauthOf, tokenSourceOf } from './oauth-configuration.ts';
import { refuseUnsafeEnvironment } from './refuse-unsafe-environment.ts';

/** What the command line said; null where it said nothing. */
export interface StartOptions {
  readonly mode: 'sandbox' | 'live';
  /** Which fake service: of linked billing; absent: of a plan. */
  readonly sandboxKind?: 'platform';
  readonly port: number | null;
  readonly dataDir: string | null;
  readonly store: StoreKind | null;
  readonly open: boolean;
  readonly json: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything Postern is started with, checked. Endpoints, client id and API base come from here and nowhere else. */
export interface Configuration {
  readonly mode: 'sandbox' | 'live';
  readonly sandboxKind: 'plan' | 'platform';
  /** `given` tells a port that must be had from the default, which gives way. */
  readonly port: { readonly number: number; readonly given: boolean };
  readonly dataDir: string;
  readonly store: StoreKind | null;
  readonly passphrase: Secret | null;
  readonly open: boolean;
  readonly json: boolean;
  readonly apiBaseUrl: string | null;
  readonly oauth: OAuthConfiguration;
  /** Where access tokens come from that another program renews; null: Postern signs in itself. */
  readonly tokenSource: SecretSource | null;
  /** Whose bill the operator's own service account puts requests on; null: none. */
  readonly billingUserProfileId: string | null;
  readonly claudeProgram: string | null;
  /** From which the children's environment is picked by an allow-list. */
  readonly environment: Environment;
}

const defaultPort = 8765;
/** Source: https://platform.claude.com/docs/en/api/overview, 2026-11. */
export const realApiBaseUrl = 'https://api.anthropic.com';

/**
 * Reads options and variables (docs/spec/contract.md#starting). Pure: the entry points pass the environment.
 * @throws ConfigurationError `invalid_configuration` or `unsafe_environment` (exit 78), `invalid_configuration` (exit 64) for an option
 */
export function readConfiguration(options: StartOptions, environment: Environment): Configuration {
  refuseUnsafeEnvironment(environment);
  return {
    mode: options.mode,
    sandboxKind: options.sandboxKind ?? 'plan',
    port: portOf(options, environment),
    dataDir: dataDirOf({
      given: options.dataDir,
      mode: options.mode,
      environment,
      platform: process.platform,
      homeDir: homedir(),
      cwd: process.cwd(),
    }),
    store: options.store ?? storeKindOf(environment['POSTERN_STORE']),
    passphrase: given(environment, 'POSTERN_PASSPHRASE', (value) => new Secret(value)),
    open: options.open,
    json: options.json,
    apiBaseUrl: apiBaseUrlOf(options.mode, environment),
    oauth: oauthOf(options.mode, environment),
    // The sandbox signs in for itself: a real token of the operator’s has no business there.
    tokenSource: options.mode === 'sandbox' ? null : tokenSourceOf(environment),
    billingUserProfileId: options.mode === 'sandbox' ? null : billingUserProfileIdOf(environment),
    claudeProgram: given(environment, 'POSTERN_CLAUDE_PROGRAM', (value) => resolve(value)),
    environment,
  };
}

function portOf(options: StartOptions, environment: Environment): Configuration['port'] {
  const variable = given(environment, 'POSTERN_PORT', (value) => {
    if (!/^\d{1,5}$/.test(value)) throw invalid('POSTERN_PORT must be a number from 0 to 65535.');
    return Number(value);
  });
  const number = options.port ?? variable;
  if (number === null) return { number: defaultPort, given: false };
  if (number > 65_535) throw invalid('The port must be a number from 0 to 65535.');
  return { number, given: true };
}

function storeKindOf(value: string | undefined): StoreKind | null {
  if (value === undefined || value === '') return null;
  const kind = storeKinds.find((each) => each === value);
  if (kind === undefined) throw invalid(`POSTERN_STORE must be one of ${storeKinds.join(', ')}.`);
  return kind;
}

function apiBaseUrlOf(mode: StartOptions['mode'], environment: Environment): string | null {
  return given(environment, 'POSTERN_API_BASE_URL', (value) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    if (url === null || url.username !== '' || url.password !== '')
      throw invalid('POSTERN_API_BASE_URL is not a usable address.');
    // Only its host and path are used: what would be dropped without a word is refused.
    if (url.search !== '' || url.hash !== '')
      throw invalid('POSTERN_API_BASE_URL carries a query or a fragment.');
    const isHere = url.protocol === 'http:' && isLoopbackHost(url.hostname);
    if (url.protocol !== 'https:' && !isHere)
      throw invalid('POSTERN_API_BASE_URL must be https; http only on loopback.');
    // The sandbox's promise, "no real account, no cost", holds whatever the environment says.
    return mode === 'sandbox' && !isLoopbackHost(url.hostname) ? null : value.replace(/\/+$/, '');
  });
}

function given<T>(environment: Environment, name: string, read: (value: string) => T): T | null {
  const value = environment[name];
  return value === undefined || value === '' ? null : read(value);
}

function invalid(detail: string): ConfigurationError {
  return new ConfigurationError('invalid_configuration', exitCodes.configuration, detail);
}
