import { ConfigurationError, exitCodes } from '../errors/index.ts';
import { endpointFault, hostOf, isLoopbackHost } from './endpoint.ts';
import type { OAuthConfiguration } from './oauth-client.ts';

/** No server at all: the default of every setting. */
export const noOAuthServer: OAuthConfiguration = {
  issuer: null,
  authorizationEndpoint: null,
  tokenEndpoint: null,
  revocationEndpoint: null,
  clientId: null,
  scopes: [],
  redirectUri: 'http://127.0.0.1:{port}/auth/anthropic/callback',
  tokenBody: 'form',
  tokenHeaders: {},
  assumeS256: false,
  prompt: 'auto',
  resource: null,
  profile: null,
  par: 'auto',
  parEndpoint: null,
  dpop: 'auto',
  parParameters: {},
  clientAssertion: null,
  namedBy: 'operator',
};

const endpointVariables = [
  ['POSTERN_OAUTH_ISSUER', 'issuer'],
  ['POSTERN_OAUTH_AUTHORIZATION_ENDPOINT', 'authorizationEndpoint'],
  ['POSTERN_OAUTH_TOKEN_ENDPOINT', 'tokenEndpoint'],
  ['POSTERN_OAUTH_REVOCATION_ENDPOINT', 'revocationEndpoint'],
  ['POSTERN_OAUTH_PAR_ENDPOINT', 'parEndpoint'],
] as const;

/** Headers that the request itself sets, or that would make it another one. */
const reservedHeaders = new Set([
  'authorization',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'dpop',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Parameters that Postern sets itself, and such as would make it another request. */
const reservedParameters = new Set([
  ...['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'request'],
  ...['request_uri', 'code_challenge', 'code_challenge_method', 'client_assertion', 'client_assertion_type'],
  ...['client_secret', 'dpop_jkt'],
]);

/**
 * Refuses what the operator must not configure: endpoints that are neither https nor on loopback, user names in them, scopes
 * and headers that cannot be sent, a redirect URI that nothing can receive. Gives the configuration back.
 * @throws ConfigurationError `invalid_configuration` (78), naming the variable
 */
export function validateOAuthConfiguration(configuration: OAuthConfiguration): OAuthConfiguration {
  for (const [variable, name] of endpointVariables) {
    const value = configuration[name];
    const fault = value === null ? null : endpointFault(value, null);
    if (fault !== null) throw invalid(variable, fault);
  }
  // Source: RFC 8707, section 2: an absolute address without a fragment.
  const { resource } = configuration;
  if (resource !== null && (!URL.canParse(resource) || resource.includes('#') || resource.length > 2048))
    throw invalid('POSTERN_OAUTH_RESOURCE', 'is not an absolute address without a fragment');
  // Source: RFC 8414, section 2.
  if (configuration.issuer?.includes('?')) throw invalid('POSTERN_OAUTH_ISSUER', 'carries a query');
  if (configuration.clientId !== null && !/^[!-~]{1,512}$/.test(configuration.clientId))
    throw invalid('POSTERN_OAUTH_CLIENT_ID', 'is not a client id');
  if (!configuration.scopes.every((scope) => /^[!#-[\]-~]{1,256}$/.test(scope)))
    throw invalid('POSTERN_OAUTH_SCOPES', 'holds something that is no scope');
  for (const [name, value] of Object.entries(configuration.tokenHeaders)) {
    if (!/^[\w!#$%&'*+.^`|~-]{1,128}$/.test(name) || reservedHeaders.has(name.toLowerCase()))
      throw invalid('POSTERN_OAUTH_TOKEN_HEADERS', 'names a header that cannot be set');
    if (!/^[ -~]{0,2048}$/.test(value))
      throw invalid('POSTERN_OAUTH_TOKEN_HEADERS', 'holds a value that cannot be sent');
  }
  for (const [name, value] of Object.entries(configuration.parParameters)) {
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(name) || reservedParameters.has(name))
      throw invalid('POSTERN_OAUTH_PAR_PARAMETERS', 'names a parameter that cannot be set');
    if (value.length > 2048) throw invalid('POSTERN_OAUTH_PAR_PARAMETERS', 'holds a value that is too long');
  }
  const { authorizationEndpoint, tokenEndpoint, parEndpoint } = configuration;
  // With both there is no metadata that could name one.
  if (configuration.par === 'require' && parEndpoint === null && authorizationEndpoint && tokenEndpoint)
    throw invalid(
      'POSTERN_OAUTH_PAR',
      'is require, and no POSTERN_OAUTH_PAR_ENDPOINT is set beside the others',
    );
  const fault = redirectUriFault(configuration.redirectUri);
  if (fault !== null) throw invalid('POSTERN_OAUTH_REDIRECT_URI', fault);
  return configuration;
}

/**
 * What tells one configured server from another: the issuer, or with explicit endpoints the authorization endpoint's origin. The
 * latter is a name of ours, never compared with what a server says. Null where there is none.
 */
export function issuerOf(configuration: OAuthConfiguration): string | null {
  if (configuration.issuer !== null) {
    const url = URL.parse(configuration.issuer);
    return url === null ? configuration.issuer : url.pathname === '/' ? url.origin : url.href;
  }
  const { authorizationEndpoint, tokenEndpoint } = configuration;
  if (authorizationEndpoint === null || tokenEndpoint === null) return null;
  return URL.parse(authorizationEndpoint)?.origin ?? null;
}

/** `anthropic` for hosts under anthropic.com and claude.com, else the issuer's host; null without one. */
export function providerOf(configuration: OAuthConfiguration): string | null {
  const issuer = issuerOf(configuration);
  if (issuer === null || !URL.canParse(issuer)) return null;
  return /(^|\.)(anthropic|claude)\.com$/.test(new URL(issuer).hostname) ? 'anthropic' : hostOf(issuer);
}

function redirectUriFault(template: string): string | null {
  const url = URL.parse(template.replace('{port}', '1'));
  if (url === null || template.length > 2048) return 'is not an address';
  if (url.username !== '' || url.password !== '') return 'carries a user name';
  if (template.includes('#')) return 'carries a fragment';
  if (url.protocol === 'http:') {
    if (!isLoopbackHost(url.hostname)) return 'is plain http and not on loopback';
    return url.search === '' ? null : 'carries a query';
  }
  if (url.protocol === 'https:') return null;
  // A custom scheme of an installed program: RFC 8252, section 7.1 asks for a name with a dot in it.
  return url.protocol.includes('.') ? null : 'has a scheme that cannot come back to Postern';
}

function invalid(variable: string, fault: string): ConfigurationError {
  return new ConfigurationError('invalid_configuration', exitCodes.configuration, `${variable} ${fault}.`);
}
