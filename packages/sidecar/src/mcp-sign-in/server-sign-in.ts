import { type ErrorCode, errorTable, type McpSignIn, type McpSignInStarted } from '@postern/contract';
import { type AccessTokens, createAccessTokens } from '../access-token/index.ts';
import { createSignInFlow, type SignInFlow } from '../accounts/index.ts';
import { type Clock, instant, standingOf } from '../credentials/index.ts';
import { Failure, OAuthResponseError } from '../errors/index.ts';
import type { RemoteServer, ServerAccess, ServerToken } from '../mcp/index.ts';
import { discoverResource, type Fetch } from '../oauth/index.ts';
import type { PendingSignIn, SignInRecords, Store } from '../store/index.ts';
import { challengeOf } from './ask-server.ts';
import type { Registrations } from './registrations.ts';
import { createServerClient, type PlannedSignIn } from './server-client.ts';

export interface ServerSignInDeps {
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly signIns: SignInRecords;
  readonly registrations: Registrations;
  /** A lock of its own: a slow MCP server must not hold up the renewal of the user’s sign-in. */
  readonly exclusively: Store['exclusively'];
  /** Tokens came or went. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The sign-in at one MCP server. */
export interface ServerSignIn {
  access(server: RemoteServer): ServerAccess;
  /** @throws StoreError */
  standing(server: RemoteServer): Promise<McpSignIn>;
  offers(server: RemoteServer): boolean;
  /** @throws as `ServerSignIns.start` */
  start(server: RemoteServer): Promise<McpSignInStarted>;
  /** @throws StoreError */
  end(): Promise<void>;
  /** Ends what is not for this address, the sign-in that waits included. @throws StoreError */
  keepFor(url: string | undefined): Promise<void>;
  close(): Promise<void>;
}

const metadataTimeoutMs = 10_000;
const anyPort = 'http://127.0.0.1:{port}/callback';
/** Refusals of a renewal after which only a new sign-in helps: it has ended, or the server no longer knows the client. */
const lasting: ReadonlySet<ErrorCode> = new Set([
  'not_signed_in',
  'reauthorization_required',
  'misconfigured',
]);

/** What is wrong with the server, for which the table has the words of a sign-in server that the operator configured. */
const ofServer: ReadonlySet<ErrorCode> = new Set([
  'metadata_rejected',
  'metadata_unavailable',
  'server_unsupported',
  'misconfigured',
  'token_response_invalid',
]);

export function createServerSignIn(key: string, deps: ServerSignInDeps): ServerSignIn {
  const { clock, fetch, log, registrations, userAgent } = deps;
  /** Of the sign-in that began last and has brought no tokens. */
  let planned: PlannedSignIn | null = null;
  /** Address of the server that last said how one signs in there. */
  let described: string | null = null;
  /** Scopes that the server asked for since the last sign-in. */
  let wanted: readonly string[] = [];
  const waiting = createWaitingSignIn();

  const oauth = createServerClient({
    fetch,
    userAgent,
    clock,
    log,
    registration: () => registrations.read(key),
    planned: () => planned,
    register: (registration) => registrations.write(key, registration),
  });
  const accessTokens: AccessTokens = createAccessTokens({
    store: { signIns: deps.signIns, exclusively: deps.exclusively },
    oauth,
    report: () => undefined,
    clock,
    log,
  });
  const flow: SignInFlow = createSignInFlow({
    redirectUriTemplate: () => planned?.redirectUri ?? anyPort,
    alwaysOwnListener: true,
    sidecarPort: () => 0,
    store: { pendingSignIn: waiting, exclusively: deps.exclusively },
    oauth,
    accessTokens,
    onFailed: () => Promise.resolve(),
    onSignedIn: () => {
      planned = null;
      wanted = [];
      deps.onChange();
    },
    clock,
    log: (line) => log(`mcp ${key}: ${line}`),
  });

  const isOf = (server: RemoteServer): boolean => registrations.read(key)?.url === server.url;

  async function plan(server: RemoteServer): Promise<PlannedSignIn> {
    const challenge = await challengeOf(server, fetch, userAgent);
    const { resource, issuer, scopes } = await discoverResource(new URL(server.url), challenge.metadataUrl, {
      fetch,
      userAgent,
      timeoutMs: metadataTimeoutMs,
      nowMs: clock(),
    });
    described = server.url;
    const earlier = registrations.read(key);
    const isForgotten = (await accessTokens.current(key)).failedAttempt?.code === 'misconfigured';
    const asked = [...new Set([...(challenge.scopes ?? scopes), ...wanted])];
    const all = { url: server.url, resource, issuer, scopes: asked };
    if (server.oauth !== undefined) {
      const { clientId, callbackPort } = server.oauth;
      const redirectUri = anyPort.replace(
        '{port}',
        callbackPort === undefined ? '{port}' : `${callbackPort}`,
      );
      return { ...all, clientId, redirectUri };
    }
    const isKnown =
      earlier?.proven === true &&
      !isForgotten &&
      earlier.issuer === issuer &&
      asked.every((scope) => earlier.scopes.includes(scope));
    return isKnown
      ? { ...all, clientId: earlier.clientId, redirectUri: earlier.redirectUri }
      : { ...all, clientId: null, redirectUri: anyPort };
  }

  async function begin(server: RemoteServer): Promise<PendingSignIn> {
    // Tokens for another address must not pass for tokens of this one.
    if (!isOf(server)) await end();
    const one = { restart: true, selectAccount: false };
    const next = await plan(server);
    planned = next;
    try {
      return await flow.begin(key, one);
    } catch (error) {
      const isBusy = error instanceof Failure && error.code === 'callback_port_busy';
      if (!isBusy || server.oauth !== undefined) throw error;
      // The port that it was registered with belongs to another program by now.
      planned = { ...next, clientId: null, redirectUri: anyPort };
      return await flow.begin(key, one);
    }
  }

  async function token(server: RemoteServer, refused: ServerToken | undefined): Promise<ServerToken | null> {
    if (!isOf(server)) return null;
    try {
      const usable = await accessTokens.get(
        key,
        refused === undefined ? {} : { rejectedVersion: refused.version },
      );
      return { token: usable.accessToken, version: usable.version };
    } catch (error) {
      if (error instanceof Failure && lasting.has(error.code)) return null;
      throw error;
    }
  }

  async function end(): Promise<void> {
    if (registrations.read(key) === null && planned === null) return;
    planned = null;
    const { wasSignedIn } = await flow.signOut(key);
    registrations.write(key, null);
    wanted = [];
    if (wasSignedIn) deps.onChange();
  }

  return {
    access: (server) => ({
      token: (refused) => token(server, refused),
      noteScopes(scopes) {
        wanted = [...new Set([...wanted, ...scopes])];
      },
    }),
    async standing(server) {
      const error = flow.error(key);
      const failed = error === null ? null : problemOf(error.code, error.detail ?? null);
      const problem =
        failed ?? (wanted.length === 0 ? null : `It wants more than you allowed: ${wanted.join(' ')}.`);
      if ((await flow.pending()) !== null) return { state: 'waiting', problem: null };
      if (!isOf(server)) return { state: 'signed_out', problem: failed };
      const { state } = standingOf(await accessTokens.current(key), clock());
      switch (state) {
        case 'signed_out':
          return { state, problem };
        case 'reauthorization_required':
        case 'misconfigured':
          return { state: 'ended', problem };
        default:
          return { state: 'signed_in', problem };
      }
    },
    offers: (server) => isOf(server) || described === server.url,
    async start(server) {
      try {
        const { authorizationUrl, expiresAtMs } = await begin(server);
        return { authorizationUrl, expiresAt: instant(expiresAtMs) };
      } catch (error) {
        if (!(error instanceof Failure) || !ofServer.has(error.code)) throw error;
        throw new OAuthResponseError('mcp_sign_in_failed', null, problemOf(error.code, error.detail));
      }
    },
    end,
    async keepFor(url) {
      const urls = [registrations.read(key)?.url ?? url, planned?.url ?? url];
      if (urls.some((each) => each !== url)) await end();
    },
    async close() {
      await flow.close();
      await accessTokens.close();
    },
  };
}

/** Why a sign-in failed, in words that fit a server that the operator of this installation did not configure. */
function problemOf(code: ErrorCode, detail: string | null): string {
  return `${errorTable[code].title}.${detail === null ? '' : ` ${detail}`}`;
}

/** The sign-in that waits, in memory: the listener that would hear its answer goes with this process as well. */
function createWaitingSignIn(): Store['pendingSignIn'] {
  let waiting: PendingSignIn | null = null;
  return {
    read: async () => waiting,
    async write(pending) {
      waiting = pending;
    },
    async take(signInId) {
      if (waiting?.signInId !== signInId) return false;
      waiting = null;
      return true;
    },
  };
}
