import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noOAuthServer } from '../../../src/oauth/configuration.ts';
import { createOAuthClient, type OAuthClientDeps } from '../../../src/oauth/create-oauth-client.ts';
import type { OAuthClient, OAuthConfiguration } from '../../../src/oauth/oauth-client.ts';

/** A request the stand-in got, whole. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request, or does worse to its socket. */
export type Answer = (response: ServerResponse, received: Received) => void;

/** An authorization server for tests that does what the test says, over real HTTP on loopback. */
export interface StandIn extends AsyncDisposable {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Requests for one path. */
  at(path: string): readonly Received[];
  /** Sets what a path answers; a path without an answer is 404. */
  on(path: string, answer: Answer): void;
}

/** Starts one; with metadata, `/token` and `/revoke` that behave until a test changes them. */
export async function startStandIn(): Promise<StandIn> {
  const answers = new Map<string, Answer>();
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      const one: Received = { method: request.method ?? '', path, headers: request.headers, body };
      received.push(one);
      const answer = answers.get(path);
      if (answer === undefined) response.writeHead(404).end();
      else answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers.set('/.well-known/oauth-authorization-server', json(metadataOf(origin)));
  answers.set('/token', json(goodTokens));
  answers.set('/revoke', (response) => response.end());
  return {
    origin,
    received,
    at: (path) => received.filter((each) => each.path === path),
    on: (path, answer) => void answers.set(path, answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Metadata as a good server gives it. */
export function metadataOf(origin: string): Record<string, unknown> {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

/** A token response as a good server gives it. */
export const goodTokens = {
  access_token: 'canary-access-token',
  refresh_token: 'canary-refresh-token',
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'user:inference user:profile',
};

/** Answers JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return text(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers });
}

/** Answers exactly these bytes. */
export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Promises more than it sends, then drops the connection. */
export function cutOff(body: string, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length + 10 });
    response.write(body, () => response.socket?.resetAndDestroy());
  };
}

/** Takes the request and resets the connection without a byte of an answer. */
export const reset: Answer = (response) => void response.socket?.resetAndDestroy();

/** Takes the request and never answers. */
export const silence: Answer = () => undefined;

/** A configuration that discovers the stand-in. */
export function configurationOf(origin: string, more: Partial<OAuthConfiguration> = {}): OAuthConfiguration {
  return {
    ...noOAuthServer,
    issuer: origin,
    clientId: 'postern-test',
    scopes: ['user:inference', 'user:profile'],
    ...more,
  };
}

/** A client of the stand-in with Node's own fetch, and a clock that stands still. */
export function clientOf(
  origin: string,
  more: Partial<OAuthConfiguration> = {},
  deps: Partial<OAuthClientDeps> = {},
): OAuthClient {
  return createOAuthClient(configurationOf(origin, more), {
    fetch,
    clock: () => now,
    log: () => undefined,
    ...deps,
  });
}

/** What the clock of `clientOf` says. */
export const now = Date.UTC(2026, 10, 24, 12);

/** Limits for tests in which an answer never comes. */
export const impatient = { timeouts: { metadataMs: 80, tokenMs: 80, revocationMs: 80 } };

/** The error a promise ends with; a promise that succeeds is one more error. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
}
