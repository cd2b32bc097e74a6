import { InvalidRequestError } from '../errors/index.ts';
import {
  type AuthorizationRequest,
  createOAuthClient,
  type Fetch,
  noOAuthServer,
  type OAuthClient,
  type OAuthConfiguration,
  registerClient,
} from '../oauth/index.ts';
import type { Secret } from '../secret/index.ts';
import type { Registration } from './registrations.ts';

/** What a sign-in that begins is for; without a client id Postern registers. */
export type PlannedSignIn = Omit<Registration, 'clientId' | 'proven'> & { readonly clientId: string | null };

export interface ServerClientDeps {
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly clock: () => number;
  readonly log: (line: string) => void;
  /** As it is stored now: another process may have signed in. */
  readonly registration: () => Registration | null;
  /** What the sign-in that begins now is for. */
  readonly planned: () => PlannedSignIn | null;
  /** A sign-in with it has brought tokens. @throws StoreError */
  readonly register: (registration: Registration) => void;
}

/** A sign-in that began: nothing of it is stored before it brings tokens, so that the one there is works until then. */
interface Begun {
  readonly planned: PlannedSignIn;
  readonly registration: Registration;
}

const registrationTimeoutMs = 10_000;

/** The protocol with the authorization server of one MCP server, which becomes known only when a sign-in begins. */
export function createServerClient(deps: ServerClientDeps): OAuthClient {
  let built: { readonly of: string; readonly client: OAuthClient } | null = null;
  const begunBy = new WeakMap<Secret, Begun>();

  const clientOf = (configuration: OAuthConfiguration): OAuthClient => {
    const of = JSON.stringify(configuration);
    if (built?.of === of) return built.client;
    const { fetch, clock, log, userAgent } = deps;
    built = { of, client: createOAuthClient(configuration, { fetch, clock, log, userAgent }) };
    return built.client;
  };
  /** Where it was removed meanwhile, the last one: what was issued to it can still be revoked. */
  const current = (): OAuthClient => {
    const registration = deps.registration();
    if (registration !== null) return clientOf(configurationOf(registration));
    return built?.client ?? createOAuthClient(noOAuthServer, deps);
  };

  const clientFor = ({ state }: Pick<AuthorizationRequest, 'state'>): OAuthClient => {
    const begun = begunBy.get(state);
    return begun === undefined ? current() : clientOf(configurationOf(begun.registration));
  };

  return {
    get configured() {
      return current().configured;
    },
    get provider() {
      return current().provider;
    },
    get issuer() {
      return current().issuer;
    },
    get clientId() {
      return current().clientId;
    },
    async begin(redirectUri) {
      const planned = deps.planned();
      if (planned === null) throw new InvalidRequestError('no_sign_in_pending');
      const { scopes } = planned;
      let { clientId } = planned;
      if (clientId === null) {
        const { fetch, userAgent, clock } = deps;
        // The id stands for one that is not known yet; nothing is sent under it.
        const unregistered = createOAuthClient(
          configurationOf({ ...planned, clientId: 'unregistered' }),
          deps,
        );
        clientId = await registerClient(
          await unregistered.describe(),
          { redirectUri, scopes },
          { fetch, userAgent, timeoutMs: registrationTimeoutMs, nowMs: clock() },
        );
      }
      const registration = { ...planned, clientId, redirectUri, proven: true };
      const request = await clientOf(configurationOf(registration)).begin(redirectUri);
      begunBy.set(request.state, { planned, registration });
      return request;
    },
    describe: () => current().describe(),
    judgeResponse: (response, request) => clientFor(request).judgeResponse(response, request),
    async exchange(code, request) {
      const grant = await clientFor(request).exchange(code, request);
      const begun = begunBy.get(request.state);
      // Signed out or begun again meanwhile: what this one brought is not kept.
      if (begun !== undefined && begun.planned === deps.planned()) deps.register(begun.registration);
      return grant;
    },
    // An MCP server’s token is for that server alone: the authorization server is not asked whose it is.
    whose: () => Promise.resolve(null),
    refresh: (tokens) => current().refresh(tokens),
    revoke: (token, hint) => current().revoke(token, hint),
  };
}

function configurationOf({
  issuer,
  clientId,
  scopes,
  resource,
}: Pick<Registration, 'issuer' | 'clientId' | 'scopes' | 'resource'>): OAuthConfiguration {
  // What talks to the MCP server sends bearer tokens.
  return { ...noOAuthServer, namedBy: 'mcp_server', dpop: 'off', issuer, clientId, scopes, resource };
}
