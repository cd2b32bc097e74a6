import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { ConfigurationError, exitCodes } from '../errors/index.ts';
import {
  isLoopbackHost,
  noOAuthServer,
  type OAuthConfiguration,
  type SecretSource,
  validateOAuthConfiguration,
} from '../oauth/index.ts';
import type { Environment } from './configuration.ts';

const defaultScopes = 'user:inference user:profile';

/**
 * Claude Platform OAuth with linked billing: its endpoints and rules, never a client id. Source: docs/anthropic-oauth.md, "Claude
 * Platform OAuth", as documented on 2026-11-28; its discovery names neither the push nor the revocation endpoint.
 */
const claudePlatform = {
  authorizationEndpoint: 'https://auth.claude.com/oauth/authorize',
  parEndpoint: 'https://auth.claude.com/v1/oauth/par',
  tokenEndpoint: 'https://auth.claude.com/v1/oauth/token',
  revocationEndpoint: 'https://auth.claude.com/v1/oauth/revoke',
  scopes: 'billing:attribution offline_access',
  par: 'require',
} as const;

/**
 * The sign-in server, by its variables. In the sandbox only other fake servers on loopback count.
 * @throws ConfigurationError `invalid_configuration` (78), naming the variable
 */
export function oauthOf(mode: 'sandbox' | 'live', environment: Environment): OAuthConfiguration {
  const text = readerOf(environment);
  const profile = oneOf('PROFILE', text('PROFILE'), ['claude_platform'] as const);
  const rules = profile === 'claude_platform' ? claudePlatform : null;
  const configuration: OAuthConfiguration = {
    issuer: text('ISSUER'),
    authorizationEndpoint: text('AUTHORIZATION_ENDPOINT') ?? rules?.authorizationEndpoint ?? null,
    tokenEndpoint: text('TOKEN_ENDPOINT') ?? rules?.tokenEndpoint ?? null,
    revocationEndpoint: text('REVOCATION_ENDPOINT') ?? rules?.revocationEndpoint ?? null,
    namedBy: 'operator',
    clientId: text('CLIENT_ID'),
    scopes: (text('SCOPES') ?? rules?.scopes ?? defaultScopes).split(/\s+/).filter((scope) => scope !== ''),
    redirectUri: text('REDIRECT_URI') ?? noOAuthServer.redirectUri,
    tokenBody: oneOf('TOKEN_BODY', text('TOKEN_BODY'), ['form', 'json'] as const) ?? 'form',
    tokenHeaders: textsOf('TOKEN_HEADERS', text('TOKEN_HEADERS')),
    resource: text('RESOURCE'),
    assumeS256: oneOf('ASSUME_S256', text('ASSUME_S256'), ['0', '1'] as const) === '1',
    prompt: oneOf('PROMPT', text('PROMPT'), ['auto', 'consent', 'off'] as const) ?? 'auto',
    profile,
    par: oneOf('PAR', text('PAR'), ['auto', 'require', 'off'] as const) ?? rules?.par ?? 'auto',
    dpop: oneOf('DPOP', text('DPOP'), ['auto', 'require', 'off'] as const) ?? 'auto',
    parEndpoint: text('PAR_ENDPOINT') ?? rules?.parEndpoint ?? null,
    parParameters: textsOf('PAR_PARAMETERS', text('PAR_PARAMETERS')),
    clientAssertion: sourceOf(
      ['CLIENT_ASSERTION_COMMAND', text('CLIENT_ASSERTION_COMMAND')],
      ['CLIENT_ASSERTION_FILE', text('CLIENT_ASSERTION_FILE')],
    ),
  };
  validateOAuthConfiguration(configuration);
  const { issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint, parEndpoint } = configuration;
  const endpoints = [issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint, parEndpoint];
  const real = endpoints.some((endpoint) => endpoint !== null && !isLoopbackHost(new URL(endpoint).hostname));
  if (mode !== 'sandbox' || !real) return configuration;
  const { redirectUri, scopes, tokenBody, tokenHeaders } = configuration;
  return { ...noOAuthServer, redirectUri, scopes, tokenBody, tokenHeaders };
}

/** Where access tokens come from that another program renews. @throws ConfigurationError `invalid_configuration` (78) */
export function tokenSourceOf(environment: Environment): SecretSource | null {
  const text = readerOf(environment);
  return sourceOf(['TOKEN_COMMAND', text('TOKEN_COMMAND')], ['TOKEN_FILE', text('TOKEN_FILE')]);
}

/**
 * Whose bill the operator's own service account puts requests on. Only that account may: a token that a customer approved bills that
 * customer automatically, and a Console key cannot bill another organization.
 * @throws ConfigurationError `invalid_configuration` (78) where no token of a service account is configured
 */
export function billingUserProfileIdOf(environment: Environment): string | null {
  const id = environment['POSTERN_BILLING_USER_PROFILE_ID'] ?? '';
  if (id === '') return null;
  if (!/^uprof_[A-Za-z0-9_-]{1,128}$/.test(id))
    throw invalid('POSTERN_BILLING_USER_PROFILE_ID is no user profile id (uprof_…).');
  if (tokenSourceOf(environment) === null)
    throw invalid(
      'POSTERN_BILLING_USER_PROFILE_ID is for your own service account only: give its access token by POSTERN_OAUTH_TOKEN_COMMAND or POSTERN_OAUTH_TOKEN_FILE. A customer’s own sign-in bills that customer without it, and a Console key is refused.',
    );
  return id;
}

function readerOf(environment: Environment): (name: string) => string | null {
  return (name) => {
    const value = environment[`POSTERN_OAUTH_${name}`];
    return value === undefined || value === '' ? null : value;
  };
}

function oneOf<const T extends string>(name: string, value: string | null, allowed: readonly T[]): T | null {
  if (value === null) return null;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(`POSTERN_OAUTH_${name} must be ${allowed.join(' or ')}.`);
  return found;
}

function sourceOf(
  [commandName, command]: readonly [string, string | null],
  [fileName, path]: readonly [string, string | null],
): SecretSource | null {
  if (command !== null && path !== null)
    throw invalid(
      `POSTERN_OAUTH_${commandName} and POSTERN_OAUTH_${fileName} are both set: which one counts?`,
    );
  if (path !== null) {
    if (!isAbsolute(path)) throw notAbsolute(fileName, '/etc/postern/token');
    return { kind: 'file', path };
  }
  if (command === null) return null;
  const parsed = z.array(z.string().regex(/^[^\0]*$/)).safeParse(jsonOf(commandName, command));
  if (!parsed.success || (parsed.data[0] ?? '') === '')
    throw invalid(
      `POSTERN_OAUTH_${commandName} must be a JSON array of a program and its arguments, such as ["/usr/bin/my-helper","--quiet"].`,
    );
  // A bare name is looked for in PATH; anything with a separator would be looked for in the working directory.
  const [program = ''] = parsed.data;
  if (/[/\\]/.test(program) && !isAbsolute(program)) throw notAbsolute(commandName, '["/usr/bin/my-helper"]');
  return { kind: 'command', command: parsed.data };
}

function textsOf(name: string, json: string | null): Record<string, string> {
  const texts = z.record(z.string(), z.string()).safeParse(jsonOf(name, json ?? '{}'));
  if (!texts.success) throw invalid(`POSTERN_OAUTH_${name} must be a JSON object of names and texts.`);
  return texts.data;
}

function jsonOf(name: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`POSTERN_OAUTH_${name} is not JSON.`);
  }
}

function notAbsolute(name: string, example: string): ConfigurationError {
  return invalid(
    `POSTERN_OAUTH_${name} is a relative path, and nothing is taken from the folder that Postern is started in. Give the whole path, such as ${example}.`,
  );
}

function invalid(detail: string): ConfigurationError {
  return new ConfigurationError('invalid_configuration', exitCodes.configuration, detail);
}
