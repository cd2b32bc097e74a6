import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readProof } from '../../../packages/sidecar/test/support/dpop/read-proof.ts';

/** One request to the token or the revocation endpoint. */
export interface TokenCall {
  readonly grant: 'authorization_code' | 'refresh_token' | 'revocation';
  /** Of the refresh token or the token to be revoked: its hash, shortened. */
  readonly token: string | null;
  readonly status: number;
  /** The server's error word, as `error` of its body; null where there is none. */
  readonly word: string | null;
}

/** What stands before a server under test: it passes everything on unchanged, counts, and can lose an answer. */
export interface Front extends AsyncDisposable {
  /** The server's address for everybody else. */
  readonly origin: string;
  /** Where requests go from now on. */
  leadTo(port: number): void;
  readonly calls: readonly TokenCall[];
  /** Access tokens that the server gave out, each with the thumbprint of the key that it is bound to, or null. */
  readonly issued: ReadonlyMap<string, string | null>;
  /** The refresh token that the server gave out last; null before. */
  refreshToken(): string | null;
  /** The next answer to a refresh reaches the server's log, and no client. */
  loseNextRefreshAnswer(): void;
}

/** Opens one on a loopback port of its own. */
export async function openFront(): Promise<Front> {
  const calls: TokenCall[] = [];
  const issued = new Map<string, string | null>();
  let port = 0;
  let refreshToken: string | null = null;
  let losesNext = false;

  const server = createServer(async (incoming, response) => {
    const body = await bodyOf(incoming);
    const answer = await passOn(incoming, body, port).catch(() => null);
    if (answer === null) return void response.writeHead(502).end();
    const asked = parametersOf(incoming, body);
    if (asked !== null) {
      const said = jsonOf(answer.body);
      calls.push({ ...asked, status: answer.status, word: textOf(said['error']) });
      const token = textOf(said['access_token']);
      if (token !== null) issued.set(token, keyOf(incoming, textOf(said['token_type'])));
      refreshToken = textOf(said['refresh_token']) ?? refreshToken;
      if (asked.grant === 'refresh_token' && losesNext && isLookedAt(calls.at(-1))) {
        losesNext = false;
        return void incoming.socket.destroy();
      }
    }
    answerWith(response, answer);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (target) => {
      port = target;
    },
    calls,
    issued,
    refreshToken: () => refreshToken,
    loseNextRefreshAnswer: () => {
      losesNext = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the server looked at what was sent: a proof that it refuses comes before. Source: RFC 9449, section 5. */
export function isLookedAt(call: TokenCall | undefined): boolean {
  return call !== undefined && call.word !== 'use_dpop_nonce' && call.word !== 'invalid_dpop_proof';
}

/** How a token is named in a record that may be printed. */
export function markOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

interface Passed {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

function passOn(incoming: IncomingMessage, body: Buffer, port: number): Promise<Passed> {
  return new Promise((resolve, reject) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, setHost: false, agent: false },
      async (answer) => {
        const { statusCode: status = 502, rawHeaders } = answer;
        resolve({ status, headers: rawHeaders, body: await bodyOf(answer) });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function answerWith(response: ServerResponse, { status, headers, body }: Passed): void {
  response.writeHead(status, [...headers].filter(isKept(headers)));
  response.end(body);
}

/** All but the framing of the first hop. */
function isKept(headers: readonly string[]): (part: string, at: number) => boolean {
  const own = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
  return (_part, at) => !own.has(String(headers[at - (at % 2)]).toLowerCase());
}

/** The key that the answer's tokens are bound to. Source: RFC 9449, section 5. */
function keyOf({ headers }: IncomingMessage, tokenType: string | null): string | null {
  return tokenType?.toLowerCase() === 'dpop' ? readProof(headers['dpop']).thumbprint : null;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parametersOf(incoming: IncomingMessage, body: Buffer): Pick<TokenCall, 'grant' | 'token'> | null {
  if (incoming.method !== 'POST') return null;
  const parameters = new URLSearchParams(body.toString());
  const grant = parameters.get('grant_type');
  if (grant === 'authorization_code') return { grant, token: null };
  if (grant === 'refresh_token') return { grant, token: markOf(parameters.get('refresh_token') ?? '') };
  const token = parameters.get('token');
  const revokes = grant === null && token !== null && parameters.has('client_id');
  return revokes ? { grant: 'revocation', token: markOf(token) } : null;
}

function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    return (JSON.parse(body.toString()) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
