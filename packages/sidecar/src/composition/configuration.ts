import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type StoreKind, storeKinds } from '@postern/contract';
import { z } from 'zod';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import { isLoopbackHost, type OAuthConfiguration, validateOAuthConfiguration } from '../oauth/index.ts';
import { Secret } from '../secret/index.ts';
import { dataDirOf } from './data-dir.ts';
import { refuseUnsafeEnvironment } from './refuse-unsafe-environment.ts';

/** What the command line said; null where it said nothing. */
export interface StartOptions {
  readonly mode: 'sandbox' | 'live';
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
  /** `given` tells a port that must be had from the default, which gives way. */
  readonly port: { readonly number: number; readonly given: boolean };
  readonly dataDir: string;
  readonly store: StoreKind | null;
  readonly passphrase: Secret | null;
  readonly open: boolean;
  readonly json: boolean;
  readonly apiBaseUrl: string | null;
  readonly oauth: OAuthConfiguration;
  readonly claudeProgram: string | null;
  /** From which the children's environment is picked by an allow-list. */
  readonly environment: Environment;
}

const defaultPort = 8765;
const defaultScopes = 'user:inference user:profile';
const defaultRedirectUri = 'http://127.0.0.1:{port}/auth/anthropic/callback';
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
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
      throw invalid('POSTERN_API_BASE_URL must be https; http only for loopback literals.');
    // The sandbox's promise, "no real account, no cost", holds whatever the environment says.
    return mode === 'sandbox' && !isLoopbackHost(url.hostname) ? null : value.replace(/\/+$/, '');
  });
}

function oauthOf(mode: StartOptions['mode'], environment: Environment): OAuthConfiguration {
  const text = (name: string): string | null => given(environment, `POSTERN_OAUTH_${name}`, (value) => value);
  const tokenBody = text('TOKEN_BODY') ?? 'form';
  if (tokenBody !== 'form' && tokenBody !== 'json')
    throw invalid('POSTERN_OAUTH_TOKEN_BODY must be form or json.');
  const configuration: OAuthConfiguration = {
    issuer: text('ISSUER'),
    authorizationEndpoint: text('AUTHORIZATION_ENDPOINT'),
    tokenEndpoint: text('TOKEN_ENDPOINT'),
    revocationEndpoint: text('REVOCATION_ENDPOINT'),
    clientId: text('CLIENT_ID'),
    scopes: (text('SCOPES') ?? defaultScopes).split(/\s+/).filter((scope) => scope !== ''),
    redirectUri: text('REDIRECT_URI') ?? defaultRedirectUri,
    tokenBody,
    tokenHeaders: headersOf(text('TOKEN_HEADERS') ?? '{}'),
    resource: text('RESOURCE'),
    assumeS256: switchOf('ASSUME_S256', text('ASSUME_S256')),
  };
  validateOAuthConfiguration(configuration);
  const endpoints = [configuration.issuer, configuration.authorizationEndpoint, configuration.tokenEndpoint];
  const real = endpoints.some((endpoint) => endpoint !== null && !isLoopbackHost(new URL(endpoint).hostname));
  if (mode !== 'sandbox' || !real) return configuration;
  return {
    ...configuration,
    issuer: null,
    authorizationEndpoint: null,
    tokenEndpoint: null,
    revocationEndpoint: null,
    clientId: null,
  };
}

/** `1` or `0`; anything else is a mistake that must not pass for either. */
function switchOf(name: string, value: string | null): boolean {
  if (value !== null && value !== '0' && value !== '1')
    throw invalid(`POSTERN_OAUTH_${name} must be 1 or 0.`);
  return value === '1';
}

function headersOf(json: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalid('POSTERN_OAUTH_TOKEN_HEADERS is not JSON.');
  }
  const headers = z.record(z.string(), z.string()).safeParse(value);
  if (!headers.success)
    throw invalid('POSTERN_OAUTH_TOKEN_HEADERS must be a JSON object of header names and texts.');
  return headers.data;
}

function given<T>(environment: Environment, name: string, read: (value: string) => T): T | null {
  const value = environment[name];
  return value === undefined || value === '' ? null : read(value);
}

function invalid(detail: string): ConfigurationError {
  return new ConfigurationError('invalid_configuration', exitCodes.configuration, detail);
}
