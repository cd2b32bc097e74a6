import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { retryAtMs } from '../credentials/index.ts';
import { Failure, OAuthResponseError, TransientError } from '../errors/index.ts';
import { bindsTokens } from './binds-tokens.ts';
import { endpointFault, hostOf, isLoopbackHost } from './endpoint.ts';
import type { OAuthConfiguration } from './oauth-client.ts';
import { type Fetch, type Outcome, sendOnce } from './send-once.ts';

/** What is known of the authorization server; every address in it passed the checks. */
export interface ServerMetadata {
  /** As the server spells it: what `iss` is compared with. Null where only endpoints are configured: an origin is no issuer. */
  readonly issuer: string | null;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | null;
  /** Where a client registers; null where the server takes none. Source: RFC 7591, section 3. */
  readonly registrationEndpoint: string | null;
  /** Source: RFC 9126, section 5. */
  readonly parEndpoint: string | null;
  readonly requiresPushedRequests: boolean;
  /** Tokens of a sign-in are bound to a key of its own. Source: RFC 9449. */
  readonly bindsTokens: boolean;
  /** Null where the metadata do not name it. Source: OpenID Connect Core 1.0, section 5.3. */
  readonly userInfoEndpoint: string | null;
  /** The server promised `iss` in every authorization response. Source: RFC 9207, section 3. */
  readonly promisesIssuer: boolean;
  /** The values of `prompt` that it takes; null where it does not say. Source: OpenID Connect Prompt Create 1.0, section 4.1. */
  readonly prompts: readonly string[] | null;
  /** Where it came from: the address that was read, or null where everything was configured. */
  readonly readFrom: string | null;
}

/**
 * Metadata of a server whose endpoints are configured: there is nothing to discover. An issuer beside them is what `iss` is compared
 * with, and nothing else.
 */
export function configuredMetadata(configuration: OAuthConfiguration): ServerMetadata | null {
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint, parEndpoint, dpop, issuer } =
    configuration;
  if (authorizationEndpoint === null || tokenEndpoint === null) return null;
  return {
    issuer,
    authorizationEndpoint,
    tokenEndpoint,
    revocationEndpoint,
    registrationEndpoint: null,
    parEndpoint,
    requiresPushedRequests: false,
    bindsTokens: dpop === 'require',
    userInfoEndpoint: null,
    promisesIssuer: false,
    prompts: null,
    readFrom: null,
  };
}

/**
 * Reads the metadata of the issuer and puts the explicitly configured endpoints over it. RFC 8414's address is asked first, and
 * where it gives anything but usable metadata, OpenID Connect's: many servers have one of the two, and answer the other with
 * whatever their framework does. Metadata of another issuer end it at once.
 * @throws OAuthResponseError `metadata_rejected` (it came, and is not to be trusted), `server_unsupported`; TransientError
 * `metadata_unavailable`
 */
export async function discoverMetadata(
  configuration: OAuthConfiguration,
  issuer: string,
  deps: {
    readonly fetch: Fetch;
    readonly userAgent: string;
    readonly timeoutMs: number;
    readonly nowMs: number;
  },
): Promise<ServerMetadata> {
  const faults: string[] = [];
  let transient: TransientError | null = null;
  for (const place of placesOf(configuration, issuer)) {
    const { outcome, url } = await request(place);
    try {
      return checkedMetadata(configuration, issuer, await parsed(outcome, issuer, deps.nowMs), url);
    } catch (error) {
      if (!(error instanceof Failure) || final.has(error)) throw error;
      if (error instanceof TransientError) transient ??= error;
      faults.push(`${new URL(url).pathname}: ${error.detail}`);
    }
  }
  const told = faults.join('; ');
  // What did not answer may hold what the other address lacks.
  throw transient === null
    ? rejected(`The metadata was refused: ${told}.`)
    : unavailable(`The metadata of the sign-in server could not be read: ${told}.`, transient.retryAtMs);

  async function request(place: Place): Promise<{ outcome: Outcome; url: string }> {
    let outcome: Outcome = { answered: false, sent: false, reason: 'not_tried' };
    let asked = issuer;
    await discoveryRequest(new URL(issuer), {
      algorithm: place === 'oauth2' ? 'oauth2' : 'oidc',
      headers: { 'user-agent': deps.userAgent },
      [allowInsecureRequests]: issuer.startsWith('http:'),
      [customFetch]: async (address, { headers }) => {
        const url = place === 'oidc_before_path' ? beforePath(issuer) : address;
        asked = url;
        outcome = await sendOnce(deps.fetch, { url, body: null, headers, timeoutMs: deps.timeoutMs });
        return new Response(null);
      },
    });
    return { outcome, url: asked };
  }
}

/** Where metadata may be. */
type Place = 'oauth2' | 'oidc' | 'oidc_before_path';

/** Source: MCP 2025-11-25, Authorization, "Authorization Server Metadata Discovery": three for an issuer with a path. */
function placesOf({ namedBy }: OAuthConfiguration, issuer: string): readonly Place[] {
  const hasThird = namedBy === 'mcp_server' && new URL(issuer).pathname !== '/';
  return hasThird ? ['oauth2', 'oidc_before_path', 'oidc'] : ['oauth2', 'oidc'];
}

function beforePath(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/openid-configuration${pathname.replace(/\/$/, '')}`;
}

/** Faults after which the other address is not asked. */
const final = new WeakSet<Failure>();

async function parsed(outcome: Outcome, issuer: string, nowMs: number): Promise<AuthorizationServer> {
  if (!outcome.answered) throw unavailable(`no answer (${outcome.reason})`, null);
  const { status, header, text } = outcome;
  if (status === 429 || status >= 500) throw unavailable(`status ${status}`, retryAtMs(header, nowMs));
  if (status !== 200) throw rejected(`status ${status}`);
  if (outcome.body === 'cut_off') throw unavailable('the answer broke off', null);
  if (text === null) throw rejected('longer than 1 MiB');
  if (!/^application\/json\s*(;|$)/i.test(header('content-type') ?? '')) throw rejected('not JSON');
  const foreign = foreignIssuer(text, issuer);
  if (foreign !== null)
    throw ended(rejected(`The metadata was refused: it names another issuer (${foreign}).`));
  try {
    return await processDiscoveryResponse(
      new URL(issuer),
      new Response(text, { headers: { 'content-type': 'application/json' } }),
    );
  } catch {
    throw rejected('no metadata of this issuer');
  }
}

/** The host of another issuer that the metadata name, or null. Source: RFC 8414, section 3.3. */
function foreignIssuer(text: string, issuer: string): string | null {
  let named: unknown;
  try {
    named = (JSON.parse(text) as { issuer?: unknown } | null)?.issuer;
  } catch {
    return null;
  }
  if (typeof named !== 'string') return null;
  const url = URL.parse(named);
  if (url?.href === new URL(issuer).href) return null;
  return url === null || url.host === '' ? 'no address' : `${url.host}${url.pathname}`.slice(0, 120);
}

function checkedMetadata(
  configuration: OAuthConfiguration,
  issuer: string,
  server: AuthorizationServer,
  readFrom: string,
): ServerMetadata {
  const binding = bindsTokens(configuration, server);
  if (typeof binding === 'string') throw ended(new OAuthResponseError('server_unsupported', null, binding));
  // Source: RFC 8414, section 2 (a missing list means that PKCE is not supported); RFC 9700, section 2.1.1.
  const methods: unknown = server.code_challenge_methods_supported;
  const offersS256 = Array.isArray(methods) && methods.includes('S256');
  const byOperator = configuration.namedBy === 'operator';
  if (!offersS256 && !(methods === undefined && configuration.assumeS256))
    throw rejected(
      methods === undefined && byOperator
        ? 'they do not say that PKCE with S256 is offered; if you know that this server checks it, set POSTERN_OAUTH_ASSUME_S256=1'
        : 'PKCE with S256 is not offered',
    );
  const hosts = byOperator ? configuredHosts(configuration, issuer) : null;
  const isHere = isLoopbackHost(new URL(issuer).hostname);
  const faultOf = (value: unknown): string | null =>
    endpointFault(value, hosts) ??
    (!isHere && isLoopbackHost(new URL(String(value)).hostname) ? 'is on this machine' : null);
  const discovered = (
    name:
      | 'authorization_endpoint'
      | 'token_endpoint'
      | 'revocation_endpoint'
      | 'registration_endpoint'
      | 'pushed_authorization_request_endpoint',
  ): string => {
    const fault = faultOf(server[name]);
    if (fault !== null) throw rejected(`${name} ${fault}`);
    return String(server[name]);
  };
  return {
    issuer: server.issuer,
    authorizationEndpoint: configuration.authorizationEndpoint ?? discovered('authorization_endpoint'),
    tokenEndpoint: configuration.tokenEndpoint ?? discovered('token_endpoint'),
    revocationEndpoint:
      configuration.revocationEndpoint ??
      (server.revocation_endpoint === undefined ? null : discovered('revocation_endpoint')),
    registrationEndpoint:
      byOperator || server.registration_endpoint === undefined ? null : discovered('registration_endpoint'),
    parEndpoint:
      configuration.parEndpoint ??
      (server.pushed_authorization_request_endpoint === undefined
        ? null
        : discovered('pushed_authorization_request_endpoint')),
    requiresPushedRequests: server.require_pushed_authorization_requests === true,
    bindsTokens: binding,
    // A name on a screen is not worth refusing a server for, and the token of an MCP server is for that server alone.
    userInfoEndpoint:
      byOperator && faultOf(server.userinfo_endpoint) === null ? String(server.userinfo_endpoint) : null,
    promisesIssuer: server.authorization_response_iss_parameter_supported === true,
    prompts: textsOf(server['prompt_values_supported']),
    readFrom,
  };
}

/** Where endpoints may be: the issuer's host and those of the configured endpoints. */
function configuredHosts(configuration: OAuthConfiguration, issuer: string): ReadonlySet<string> {
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint, parEndpoint } = configuration;
  return new Set(
    [issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint, parEndpoint]
      .filter((address) => address !== null)
      .map(hostOf),
  );
}

function textsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : null;
}

function ended<T extends Failure>(failure: T): T {
  final.add(failure);
  return failure;
}

function rejected(why: string): Failure {
  return new OAuthResponseError('metadata_rejected', null, why);
}

function unavailable(why: string, retryAt: number | null): Failure {
  return new TransientError('metadata_unavailable', { sent: false, retryAtMs: retryAt, detail: why });
}
