import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { retryAtMs } from '../credentials/index.ts';
import { type Failure, OAuthResponseError, TransientError } from '../errors/index.ts';
import { endpointFault, hostOf } from './endpoint.ts';
import type { OAuthConfiguration } from './oauth-client.ts';
import { type Fetch, type Outcome, sendOnce } from './send-once.ts';

/** What is known of the authorization server; every address in it passed the checks. */
export interface ServerMetadata {
  /** As the server spells it: what `iss` is compared with. */
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | null;
  /** The server promised `iss` in every authorization response. Source: RFC 9207, section 3. */
  readonly promisesIssuer: boolean;
}

/** Metadata of a server that is configured by its endpoints alone: there is nothing to discover. */
export function configuredMetadata(configuration: OAuthConfiguration, issuer: string): ServerMetadata | null {
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint } = configuration;
  if (configuration.issuer !== null || authorizationEndpoint === null || tokenEndpoint === null) return null;
  return { issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint, promisesIssuer: false };
}

/**
 * Reads the metadata of the issuer and puts the explicitly configured endpoints over it. RFC 8414's address is asked first;
 * only where that is 404, OpenID Connect's.
 * @throws OAuthResponseError `metadata_rejected` (it came, and is not to be trusted); TransientError `metadata_unavailable`
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
  let outcome = await request('oauth2');
  if (outcome.answered && outcome.status === 404) outcome = await request('oidc');
  return checked(await parsed(outcome));

  async function request(algorithm: 'oauth2' | 'oidc'): Promise<Outcome> {
    let seen: Outcome = { answered: false, sent: false, reason: 'not_tried' };
    await discoveryRequest(new URL(issuer), {
      algorithm,
      headers: { 'user-agent': deps.userAgent },
      [allowInsecureRequests]: issuer.startsWith('http:'),
      [customFetch]: async (url, { headers }) => {
        seen = await sendOnce(deps.fetch, { url, body: null, headers, timeoutMs: deps.timeoutMs });
        return new Response(null);
      },
    });
    return seen;
  }

  async function parsed(outcome: Outcome): Promise<AuthorizationServer> {
    if (!outcome.answered) throw unavailable(`no answer (${outcome.reason})`, null);
    const { status, header, text } = outcome;
    if (status === 429 || status >= 500) throw unavailable(`status ${status}`, retryAtMs(header, deps.nowMs));
    if (status !== 200) throw rejected(`the answer has status ${status}`);
    if (outcome.body === 'cut_off') throw unavailable('the answer broke off', null);
    if (text === null) throw rejected('the answer is longer than 1 MiB');
    if (!/^application\/json\s*(;|$)/i.test(header('content-type') ?? ''))
      throw rejected('the answer is not JSON');
    try {
      return await processDiscoveryResponse(
        new URL(issuer),
        new Response(text, { headers: { 'content-type': 'application/json' } }),
      );
    } catch {
      throw rejected('the answer is no metadata of this issuer');
    }
  }

  function checked(server: AuthorizationServer): ServerMetadata {
    // Source: RFC 8414, section 2 (a missing list means that PKCE is not supported); RFC 9700, section 2.1.1.
    const methods: unknown = server.code_challenge_methods_supported;
    if (!Array.isArray(methods) || !methods.includes('S256')) throw rejected('PKCE with S256 is not offered');
    const hosts = new Set(
      [
        issuer,
        configuration.authorizationEndpoint,
        configuration.tokenEndpoint,
        configuration.revocationEndpoint,
      ]
        .filter((address) => address !== null)
        .map(hostOf),
    );
    const discovered = (
      name: 'authorization_endpoint' | 'token_endpoint' | 'revocation_endpoint',
    ): string => {
      const fault = endpointFault(server[name], hosts);
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
      promisesIssuer: server.authorization_response_iss_parameter_supported === true,
    };
  }
}

function rejected(why: string): Failure {
  return new OAuthResponseError('metadata_rejected', null, `The metadata was refused: ${why}.`);
}

function unavailable(why: string, retryAt: number | null): Failure {
  return new TransientError('metadata_unavailable', {
    sent: false,
    retryAtMs: retryAt,
    detail: `The metadata of the sign-in server could not be read: ${why}.`,
  });
}
