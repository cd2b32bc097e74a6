import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';
import type { Clock } from '../credentials/index.ts';
import { generateProofKey, Proofs } from '../dpop/index.ts';
import { Failure, InvalidRequestError, TransientError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import type { ClientContext, RequestTimeouts } from './client-context.ts';
import { exchangeCode } from './code-exchange.ts';
import { issuerOf, providerOf } from './configuration.ts';
import { createMetadataCache } from './metadata-cache.ts';
import { nonceOf } from './nonce-of.ts';
import type { OAuthClient, OAuthConfiguration } from './oauth-client.ts';
import { promptOf } from './prompt-of.ts';
import { pushedTo, pushRequest } from './pushed-request.ts';
import type { ProgramEnvironment } from './run-program.ts';
import type { Fetch } from './send-once.ts';
import { configuredMetadata, discoverMetadata, type ServerMetadata } from './server-metadata.ts';
import { refreshTokens } from './token-refresh.ts';
import { revokeToken } from './token-revocation.ts';
import { readUserInfo } from './user-info.ts';
import { validateCallback, validateState } from './validate-callback.ts';

/** What the client needs. Source of the defaults: docs/spec/refresh.md#steps. */
export interface OAuthClientDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
  /** Word for `provider` where the host does not say it; compose's `sandbox`. */
  readonly provider?: string;
  /** Default `postern`. */
  readonly userAgent?: string;
  /** For programs the operator configured; default: none. */
  readonly environment?: ProgramEnvironment;
  /** Defaults: metadata 10 s, token requests 30 s, revocation 5 s. */
  readonly timeouts?: Partial<RequestTimeouts>;
}

const defaultTimeouts: RequestTimeouts = { metadataMs: 10_000, tokenMs: 30_000, revocationMs: 5_000 };

/** The protocol for one configured authorization server. Sends nothing on its own. */
export function createOAuthClient(configuration: OAuthConfiguration, deps: OAuthClientDeps): OAuthClient {
  const issuer = issuerOf(configuration);
  const { clientId } = configuration;
  const provider = issuer === null ? null : (deps.provider ?? providerOf(configuration));
  if (issuer === null || clientId === null)
    return { ...unconfigured, ...naming(issuer, clientId), issuer, clientId, provider };
  // Without a proof of its own an installation of this profile has no identity: there is no public client to fall back to.
  if (configuration.profile === 'claude_platform' && configuration.clientAssertion === null)
    return { ...withoutProof(deps.log), issuer, clientId, provider };

  const context: ClientContext = {
    configuration,
    clientId,
    fetch: deps.fetch,
    clock: deps.clock,
    log: deps.log,
    userAgent: deps.userAgent ?? 'postern',
    proofs: new Proofs(deps.clock),
    environment: deps.environment ?? {},
    timeouts: { ...defaultTimeouts, ...deps.timeouts },
  };
  const metadata = createMetadataCache(() => readMetadata(context, issuer), deps.clock);

  return {
    configured: true,
    provider,
    issuer,
    clientId,

    describe: metadata,

    async begin(redirectUri, options) {
      const known = await metadata();
      const { authorizationEndpoint, bindsTokens, prompts } = known;
      const pushEndpoint = pushedTo(context, known);
      const [state, verifier] = [generateRandomState(), generateRandomCodeVerifier()];
      const codeVerifier = new Secret(verifier);
      const proofKey = bindsTokens ? generateProofKey() : undefined;
      const { resource, scopes } = configuration;
      const url = new URL(authorizationEndpoint);
      const prompt = promptOf(configuration, prompts, options?.selectAccount === true);
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
        state,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(scopes.includes('openid') && { nonce: nonceOf(codeVerifier) }),
        ...(resource !== null && { resource }),
        ...(prompt !== null && { prompt }),
        ...(proofKey !== undefined && { dpop_jkt: await context.proofs.thumbprintOf(proofKey) }),
      };
      const inAddress =
        pushEndpoint === null
          ? parameters
          : {
              client_id: clientId,
              request_uri: await pushRequest(
                context,
                known,
                pushEndpoint,
                { ...configuration.parParameters, ...parameters },
                proofKey,
              ),
            };
      for (const [name, value] of Object.entries(inAddress)) url.searchParams.set(name, value);
      return {
        authorizationUrl: url.href,
        state: new Secret(state),
        codeVerifier,
        issuer,
        redirectUri,
        ...(proofKey !== undefined && { proofKey }),
      };
    },

    async judgeResponse(response, request) {
      validateState(response, request.state);
      sameIssuer(request.issuer, issuer);
      return { code: validateCallback(response, request.state, await metadata(), clientId) };
    },

    async exchange(code, request) {
      sameIssuer(request.issuer, issuer);
      return exchangeCode(context, await metadataOr('metadata_unavailable', metadata), code, request);
    },

    async whose(tokens, subject) {
      // Without the scope the endpoint has nothing to say. Source: OpenID Connect Core 1.0, section 5.3.1.
      if (!tokens.scopes.includes('openid')) return null;
      const { userInfoEndpoint } = await metadata().catch(() => ({ userInfoEndpoint: null }));
      return userInfoEndpoint === null
        ? null
        : await readUserInfo(context, userInfoEndpoint, tokens, subject);
    },

    async refresh(current) {
      return refreshTokens(context, await metadataOr('refresh_unavailable', metadata), current);
    },

    async revoke(token, hint, proofKey) {
      const known = await metadataOr('metadata_unavailable', metadata);
      return revokeToken(context, known, { token, hint, proofKey });
    },
  };
}

/** Without a configured server there is nothing to ask. */
const unconfigured: Pick<
  OAuthClient,
  'configured' | 'describe' | 'begin' | 'judgeResponse' | 'exchange' | 'whose' | 'refresh' | 'revoke'
> = {
  configured: false,
  describe: notConfigured,
  begin: notConfigured,
  judgeResponse: notConfigured,
  exchange: notConfigured,
  whose: () => Promise.resolve(null),
  refresh: notConfigured,
  revoke: () => Promise.resolve('unsupported'),
};

function notConfigured(): Promise<never> {
  return Promise.reject(new InvalidRequestError('oauth_not_configured'));
}

/** Where one of the two is there, as the server is with the profile of a platform, the other one is what to name. */
function naming(issuer: string | null, clientId: string | null): Partial<ReturnType<typeof refusing>> {
  if (issuer === null) return clientId === null ? {} : refusing(noServer);
  return refusing(noClientId);
}

type Refused = Pick<OAuthClient, 'describe' | 'begin' | 'judgeResponse' | 'exchange'>;

function refusing(missing: string): Refused & Pick<OAuthClient, 'missing'> {
  const refuse = (): Promise<never> =>
    Promise.reject(new InvalidRequestError('oauth_not_configured', missing));
  return { missing, describe: refuse, begin: refuse, judgeResponse: refuse, exchange: refuse };
}

const noServer = 'The server of this client id is missing. Set POSTERN_OAUTH_ISSUER, or save an API key.';
const noClientId =
  'The client id of your registration is missing: Postern ships without one. Set POSTERN_OAUTH_CLIENT_ID, or save an API key.';

/** There is a server and a client id; what proves this installation is missing, and that is what to name. */
function withoutProof(log: OAuthClientDeps['log']): typeof unconfigured & Pick<OAuthClient, 'missing'> {
  return {
    ...unconfigured,
    ...refusing(noProof),
    // A sign-in of this client may be stored: it is only the proof that is not there, and it may be again after the next start.
    refresh() {
      const why =
        'neither POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND nor POSTERN_OAUTH_CLIENT_ASSERTION_FILE is set';
      log(`oauth: no client assertion: ${why}`);
      const detail = `Nothing was sent: ${why}.`;
      return Promise.reject(new TransientError('client_assertion_unavailable', { sent: false, detail }));
    },
  };
}

const noProof =
  'The client assertion of this installation is missing. Set POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND or POSTERN_OAUTH_CLIENT_ASSERTION_FILE, or save an API key.';

/** A sign-in that was begun under another configuration is not finished under this one. */
function sameIssuer(begun: string, configured: string): void {
  if (begun !== configured) throw new InvalidRequestError('issuer_mismatch');
}

async function readMetadata(context: ClientContext, issuer: string): Promise<ServerMetadata> {
  const { configuration, fetch, userAgent, timeouts, clock, log } = context;
  try {
    return (
      configuredMetadata(configuration) ??
      (await discoverMetadata(configuration, issuer, {
        fetch,
        userAgent,
        timeoutMs: timeouts.metadataMs,
        nowMs: clock(),
      }))
    );
  } catch (error) {
    if (error instanceof Failure) log(`oauth: ${error.detail}`);
    throw error;
  }
}

/** Without metadata nothing is sent: for what needs an endpoint that is one more way in which the server is not there. */
async function metadataOr(
  code: 'refresh_unavailable' | 'metadata_unavailable',
  metadata: () => Promise<ServerMetadata>,
): Promise<ServerMetadata> {
  try {
    return await metadata();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new TransientError(code, {
      sent: false,
      retryAtMs: error instanceof TransientError ? error.retryAtMs : null,
      detail: error.detail,
    });
  }
}
