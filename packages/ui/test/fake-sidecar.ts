import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { AppEvent, ErrorCode, QueryEvent, QueryRequest } from '@postern/contract';
import { problemOf } from '@postern/contract';
import { answerRoute } from './fake-answers.ts';
import { addConversation, type FakeFacts, freshFacts } from './fake-facts.ts';
import { FakeFollowed, type FollowRequest } from './fake-followed.ts';
import { answering, type FakeQuery } from './fake-queries.ts';
import { Refusal } from './refusal.ts';

/** The policy of the real sidecar's pages. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** A sidecar that behaves, with a state that a test can change: the app's tests and screens run against it. */
export class FakeSidecar {
  facts: FakeFacts = freshFacts();
  /** The account that the waiting sign-in is for. */
  pendingAccount = 'oauth:default';
  /** Whether a sign-in that is completed can be renewed. */
  isRenewable = true;
  /** What the next queries do. */
  query: FakeQuery = answering(['Hello', ' there.']);
  /** What a query waits for before it says that it has started. */
  startsAfter: Promise<unknown> = Promise.resolve();
  readonly asked: QueryRequest[] = [];
  /** Path and body of every POST. */
  readonly posts: { readonly path: string; readonly body: unknown }[] = [];
  token: string = randomUUID();
  /** Requests, as `GET /path`, that get no answer: for what is shown meanwhile. */
  silentAt: RegExp | null = null;
  /** Requests that are refused, and with what. */
  refusedAt: { readonly what: RegExp; readonly code: ErrorCode } | null = null;
  readonly #dist: string;
  readonly #tickets = new Set<string>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #listening = new EventEmitter();
  readonly #questions = new Map<string, (decision: 'allow' | 'deny') => void>();
  readonly #running = new Map<string, AbortController>();
  readonly #followed = new FakeFollowed();
  #server: Server | null = null;
  #port: number;

  /** @param port where to listen; 0 is a free one */
  constructor(dist: string, port = 0) {
    this.#dist = dist;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** An address for a window, with a ticket that works once. */
  windowUrl(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    return `${this.url}/#ticket=${ticket}`;
  }

  /** Listens; after a `close`, on the port it had. */
  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const running of this.#running.values()) running.abort();
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    this.#listeners.clear();
  }

  /** Tells every open screen, once one listens: what is told before the window has subscribed is heard by nobody. */
  async emit(event: AppEvent): Promise<void> {
    if (this.#listeners.size === 0) await once(this.#listening, 'listener');
    for (const listener of this.#listeners)
      listener.write(`event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }

  approve(requestId: string, decision: 'allow' | 'deny'): void {
    const question = this.#questions.get(requestId);
    if (question === undefined) throw new Refusal('request_not_found');
    this.#questions.delete(requestId);
    question(decision);
  }

  cancelQuery(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) throw new Refusal('query_not_found');
    running.abort();
  }

  redeem(ticket: string): string {
    if (!this.#tickets.delete(ticket)) throw new Refusal('unauthorized');
    return this.token;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', this.url);
    const { pathname } = address;
    try {
      if (pathname === '/' || pathname === '/docs') return await this.#file(response, '/index.html');
      if (pathname.startsWith('/assets/')) return await this.#file(response, pathname);
      const body = request.method === 'POST' ? await readBody(request) : undefined;
      const isFollowing = pathname.startsWith('/events/');
      if (request.method === 'POST' && !isFollowing) this.posts.push({ path: pathname, body });
      const open = ['/health', '/session', '/fake-sign-in', '/fake-sign-in/allow'].includes(pathname);
      if (!open && request.headers.authorization !== `Bearer ${this.token}`)
        throw new Refusal('unauthorized');
      const asked = `${request.method} ${pathname}`;
      if (this.silentAt?.test(asked)) return;
      if (this.refusedAt?.what.test(asked)) throw new Refusal(this.refusedAt.code);
      if (pathname === '/events') return this.#events(response, address.searchParams.get('stream'));
      if (isFollowing) return send(response, 200, this.#followed.answer(pathname, body as FollowRequest));
      if (pathname === '/query') return await this.#query(response, body as QueryRequest);
      const answer = answerRoute(this, request.method ?? 'GET', address, body);
      if (typeof answer === 'string') response.writeHead(200, { 'content-type': types['.html'] }).end(answer);
      else send(response, 200, answer);
    } catch (error) {
      const problem = problemOf(error instanceof Refusal ? error.code : 'internal_error');
      send(response, problem.status, problem);
    }
  }

  async #file(response: ServerResponse, path: string): Promise<void> {
    const file = join(this.#dist, normalize(path));
    const content = await readFile(file).catch(() => null);
    if (content === null) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': pagePolicy,
        'cross-origin-opener-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .end(content);
  }

  #events(response: ServerResponse, name: string | null): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': open\n\n');
    this.#listeners.add(response);
    if (name !== null) this.#followed.open(name, response);
    this.#listening.emit('listener');
    response.on('close', () => this.#listeners.delete(response));
  }

  async #query(response: ServerResponse, request: QueryRequest): Promise<void> {
    const active = this.facts.status.activeCredential;
    if (active === null)
      throw new Refusal(
        this.facts.status.state === 'reauthorization_required' ? 'reauthorization_required' : 'not_signed_in',
      );
    this.asked.push(request);
    await this.startsAfter;
    const queryId = randomUUID();
    const conversationId = request.conversationId ?? randomUUID();
    if (request.conversationId === undefined)
      addConversation(this.facts, conversationId, request.prompt, [], new Date().toISOString());
    const stop = new AbortController();
    this.#running.set(queryId, stop);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    let id = 0;
    const write = (event: QueryEvent) => {
      id += 1;
      response.write(`id: ${id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
      this.#followed.said({ queryId, id, event: event.event, data: event.data });
    };
    const { since: _, reason: __, ...credential } = active;
    write({ event: 'started', data: { queryId, conversationId, credential } });
    const answer = (requestId: string) =>
      new Promise<'allow' | 'deny'>((resolve) => {
        this.#questions.set(requestId, resolve);
      });
    for await (const event of this.query(request, answer, stop.signal)) write(event);
    this.#running.delete(queryId);
    response.end();
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** The JSON of a body, or the size of one that is not JSON. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (request.headers['content-type'] !== 'application/json') return bytes.length;
  return JSON.parse(bytes.toString('utf8'));
}
