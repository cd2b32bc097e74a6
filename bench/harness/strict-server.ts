import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Tokens of one family. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * An authorization server and an API in one, as strict as RFC 9700, section 4.14.2 asks for: a refresh token is good once, and its second
 * use ends the family with every access token in it. Speaks both dialects: form and JSON, metadata or known paths.
 */
export interface StrictServer extends AsyncDisposable {
  readonly origin: string;
  /** A new family; the one before is forgotten. */
  grant(): Grant;
  /**
   * The access token that is good now has ended; the refresh token is good. Requests that come with it are refused one after the other,
   * this far apart.
   */
  expire(staggerMs: number): void;
  /** Refresh requests since the last grant. */
  refreshes(): number;
  /** True where a refresh token of the last grant came a second time. */
  familyEnded(): boolean;
}

/** A year: how long a token lives by its clock says nothing in these experiments. */
const expiresInSeconds = 365 * 24 * 3600;

/** Starts one on loopback; a refresh takes `refreshMs` from its arrival to its answer. */
export async function startStrictServer(refreshMs: number): Promise<StrictServer> {
  let current: Grant = newGrant();
  let accessIsGood = true;
  let isEnded = false;
  let count = 0;
  let stagger = { ms: 0, refused: 0 };

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refreshToken = refreshTokenIn(await bodyOf(request));
    count += 1;
    // Decided on arrival: that is when a rotating refresh token is spent.
    const isGood = !isEnded && refreshToken === current.refreshToken;
    const issued = isGood ? newGrant() : null;
    if (issued === null) isEnded = true;
    else {
      current = issued;
      accessIsGood = true;
    }
    await sleep(refreshMs);
    if (issued === null)
      send(response, 400, {
        error: 'invalid_grant',
        error_description: 'Refresh token not found or invalid',
      });
    else
      send(response, 200, {
        access_token: issued.accessToken,
        refresh_token: issued.refreshToken,
        token_type: 'Bearer',
        expires_in: expiresInSeconds,
        scope: 'user:inference',
      });
  }

  async function refuse(response: ServerResponse): Promise<void> {
    const { ms, refused } = stagger;
    stagger = { ms, refused: refused + 1 };
    await sleep(ms * refused);
    const error = { type: 'authentication_error', message: 'OAuth token has expired' };
    send(response, 401, { type: 'error', error });
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const origin = `http://${request.headers.host}`;
    if (pathname === '/.well-known/oauth-authorization-server') send(response, 200, metadataOf(origin));
    else if (pathname === '/v1/oauth/token') void token(request, response);
    else if (request.headers.authorization === `Bearer ${current.accessToken}` && accessIsGood && !isEnded)
      send(response, 200, { data: [], has_more: false, first_id: null, last_id: null });
    else void refuse(response);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    grant: () => {
      current = newGrant();
      [accessIsGood, isEnded, count] = [true, false, 0];
      return current;
    },
    expire: (staggerMs) => {
      accessIsGood = false;
      stagger = { ms: staggerMs, refused: 0 };
    },
    refreshes: () => count,
    familyEnded: () => isEnded,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newGrant(): Grant {
  const token = (): string => randomBytes(24).toString('base64url');
  return { accessToken: token(), refreshToken: token() };
}

function metadataOf(origin: string): Readonly<Record<string, unknown>> {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/v1/oauth/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}

function refreshTokenIn(body: string): string {
  if (!body.startsWith('{')) return new URLSearchParams(body).get('refresh_token') ?? '';
  return String((JSON.parse(body) as Readonly<Record<string, unknown>>)['refresh_token']);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
