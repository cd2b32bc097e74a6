import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChosenSettings, type CredentialRef, defaultSettings } from '@postern/contract';
import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import type { AccessTokens, UsableToken } from '../access-token/index.ts';
import { apply, type ReportedFact, type SignIn, type Tokens } from '../credentials/index.ts';
import { InvalidRequestError, ReauthorizationRequiredError } from '../errors/index.ts';
import { createLedger, type Ledger } from '../ledger/index.ts';
import { Secret } from '../secret/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { createGateway, type GatewayDeps } from './create-gateway.ts';
import type { Doorway, FallbackAnswer, FallbackQuestion, Gateway, PaidCall } from './gateway.ts';

export const oauthId = 'oauth:default';
export const keyId = 'api_key:default';
export const apiKey = 'sk-ant-api03-test-key-0000';

/** A request as the stand-in for the service saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** `token-1`, `key`, or null: what it was paid with. */
  readonly paidWith: string | null;
}

export type Respond = (seen: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server in the place of the service. */
export interface Upstream {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Requests whose connection was gone before their answer was whole. */
  readonly abandoned: readonly SeenRequest[];
}

export async function startUpstream(respond: Respond): Promise<Upstream> {
  const seen: SeenRequest[] = [];
  const abandoned: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { headers } = incoming;
      const bearer = headers.authorization?.replace('Bearer ', '') ?? null;
      const paidWith = headers['x-api-key'] === apiKey ? 'key' : bearer;
      const one = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers,
        body: Buffer.concat(chunks),
        paidWith,
      };
      seen.push(one);
      response.once('close', () => {
        if (!response.writableFinished) abandoned.push(one);
      });
      void respond(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, abandoned };
}

/** Events of a streamed answer, whole. */
export function answerEvents(text = 'hello'): string {
  return [
    startEvent(),
    sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    endEvents(),
  ].join('');
}

export function startEvent(): string {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 3,
    output_tokens: 1,
  };
  return sse({ type: 'message_start', message: { id: 'm', model: 'claude-test', usage } });
}

export function endEvents(): string {
  return `${sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 25 } })}${sse({ type: 'message_stop' })}`;
}

export function sse(event: { readonly type: string } & Record<string, unknown>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function sendStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.end(answerEvents());
}

export function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
}

/** Access tokens with the real lifecycle and store; only the authorization server is played: `refresh` is its answer. */
export class PlayedAccessTokens
  implements Pick<AccessTokens, 'current' | 'get' | 'noteAccepted' | 'noteRejectedAgain'>
{
  refreshes = 0;
  readonly acceptedVersions: number[] = [];
  /** What a refresh brings, or throws. */
  refresh: () => Promise<string> = async () => `token-${this.refreshes + 1}`;
  readonly #store: Pick<Store, 'signIns'>;
  readonly #clock: () => number;
  #flight: Promise<SignIn> | null = null;

  constructor(store: Pick<Store, 'signIns'>, clock: () => number) {
    this.#store = store;
    this.#clock = clock;
  }

  async signIn(token: string): Promise<void> {
    await this.#store.signIns.update(oauthId, (record) =>
      apply(record, {
        type: 'tokens_issued',
        tokens: this.#tokens(token),
        issuer: 'https://issuer.example',
        clientId: 'client',
        account: null,
      }),
    );
  }

  async signOut(): Promise<void> {
    await this.#store.signIns.update(oauthId, (record) => apply(record, { type: 'signed_out' }));
  }

  current(id: string): Promise<SignIn> {
    return this.#store.signIns.read(id);
  }

  async get(id: string, options: { readonly rejectedVersion?: number } = {}): Promise<UsableToken> {
    const record = await this.current(id);
    const isRejected = options.rejectedVersion !== undefined && record.version <= options.rejectedVersion;
    return usable(id, isRejected ? await this.#refreshed(id, record.version) : record);
  }

  async noteAccepted(id: string, version: number): Promise<void> {
    this.acceptedVersions.push(version);
    const atMs = this.#clock();
    await this.#store.signIns.update(id, (record) =>
      apply(record, { type: 'access_token_accepted', version, atMs }),
    );
  }

  async noteRejectedAgain(id: string, version: number): Promise<void> {
    const atMs = this.#clock();
    await this.#store.signIns.update(id, (record) =>
      apply(record, { type: 'access_token_rejected_again', version, atMs }),
    );
  }

  #refreshed(id: string, version: number): Promise<SignIn> {
    this.#flight ??= this.#sendRefresh(id, version).finally(() => {
      this.#flight = null;
    });
    return this.#flight;
  }

  async #sendRefresh(id: string, version: number): Promise<SignIn> {
    this.refreshes += 1;
    try {
      const tokens = this.#tokens(await this.refresh());
      return await this.#store.signIns.update(id, (record) =>
        apply(record, { type: 'tokens_refreshed', version, tokens, account: null }),
      );
    } catch (error) {
      if (error instanceof ReauthorizationRequiredError)
        await this.#store.signIns.update(id, (record) =>
          apply(record, { type: 'refresh_rejected', version, interrupted: false }),
        );
      throw error;
    }
  }

  #tokens(token: string): Tokens {
    return {
      accessToken: new Secret(token),
      refreshToken: new Secret('refresh'),
      tokenType: 'bearer',
      scopes: ['user:inference'],
      issuedAtMs: this.#clock(),
      expiresAtMs: this.#clock() + 8 * 3_600_000,
      loginEndsAtMs: null,
    };
  }
}

function usable(credentialId: string, record: SignIn): UsableToken {
  if (record.status === 'reauthorization_required')
    throw new ReauthorizationRequiredError('reauthorization_required');
  if (record.tokens === null) throw new InvalidRequestError('not_signed_in');
  const { accessToken, expiresAtMs, scopes } = record.tokens;
  return { credentialId, accessToken, version: record.version, expiresAtMs, scopes };
}

/** What a query heard. */
export interface Heard {
  readonly questions: FallbackQuestion[];
  readonly switches: { readonly from: string; readonly to: string; readonly reason: string }[];
  readonly limits: { readonly window: string; readonly resetsAt: string | null; readonly status: string }[];
  readonly paid: PaidCall[];
  readonly givenUp: { readonly code: string; readonly detail: string | null }[];
  readonly passedThrough: { readonly code: string; readonly status: number }[];
}

/** An answer of the gateway, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A bound query and the program's side of it. */
export interface TestQuery {
  readonly heard: Heard;
  readonly secret: string;
  post(options?: PostOptions): Promise<Answer>;
  end(): void;
}

export interface PostOptions {
  readonly path?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TestHouse {
  readonly gateway: Gateway;
  readonly upstream: Upstream;
  readonly tokens: PlayedAccessTokens;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly facts: ReportedFact[];
  readonly logs: string[];
  settings: ChosenSettings;
  nowMs: number;
  /** US dollars that a turn of the key cost. */
  spend(usd: number): void;
  bind(options?: { readonly answer?: AskAnswer; readonly doorway?: Doorway }): TestQuery;
}

type AskAnswer =
  | FallbackAnswer
  | ((question: FallbackQuestion, signal: AbortSignal) => Promise<FallbackAnswer>);

export interface HouseOptions {
  readonly respond: Respond;
  /** Default: signed in with `token-1`. */
  readonly signedIn?: boolean;
  readonly hasKey?: boolean;
  readonly fallback?: Partial<ChosenSettings['fallback']>;
  readonly deps?: Partial<GatewayDeps>;
}

const agent = new Agent({ connections: 512, keepAliveTimeout: 1000 });

/** A gateway with everything real around it but the authorization server. */
export async function openHouse(options: HouseOptions): Promise<TestHouse> {
  const upstream = await startUpstream(options.respond);
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-gateway-'));
  const logs: string[] = [];
  const log = (line: string): void => {
    logs.push(line);
  };
  const house = { nowMs: Date.parse('2026-11-23T12:00:00Z'), settings: settingsWith(options.fallback) };
  const clock = (): number => house.nowMs;
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  const ledger = createLedger({ sql: store.sql, clock, log });
  const tokens = new PlayedAccessTokens(store, clock);
  if (options.signedIn !== false) await tokens.signIn('token-1');
  if (options.hasKey !== false) await store.apiKeys.write(keyId, new Secret(apiKey));
  const facts: ReportedFact[] = [];
  const dispatcher = new Agent({ connections: 512 });
  const gateway = await createGateway({
    apiBaseUrl: upstream.url,
    accessTokens: tokens,
    store,
    settings: { read: () => house.settings },
    ledger,
    report: (fact) => facts.push(fact),
    clock,
    sandbox: false,
    dispatcher,
    log,
    ...options.deps,
  });
  onTestFinished(async () => {
    await gateway.close();
    await dispatcher.destroy();
    await store.close();
    rmSync(dataDir, { recursive: true });
  });

  return Object.assign(house, {
    gateway,
    upstream,
    tokens,
    store,
    ledger,
    facts,
    logs,
    spend: (usd: number) => spend(ledger, usd),
    bind({ answer = 'no', doorway = gateway.openDoorway() }: { answer?: AskAnswer; doorway?: Doorway } = {}) {
      return bindQuery(gateway, doorway, answer);
    },
  });
}

function bindQuery(gateway: Gateway, doorway: Doorway, answer: AskAnswer): TestQuery {
  const heard: Heard = { questions: [], switches: [], limits: [], paid: [], givenUp: [], passedThrough: [] };
  const binding = doorway.begin('query', {
    async ask(question, signal) {
      heard.questions.push(question);
      return typeof answer === 'string' ? answer : await answer(question, signal);
    },
    onSwitch: (from, to, reason) => heard.switches.push({ from: from.kind, to: to.kind, reason }),
    onUsageLimit: (window, resetsAt, status) => heard.limits.push({ window, resetsAt, status }),
    onPaidCall: (call) => heard.paid.push(call),
    onGivenUp: (code, detail) => heard.givenUp.push({ code, detail }),
    onPassedThrough: (code, status) => heard.passedThrough.push({ code, status }),
  });
  const secret = doorway.secret.reveal();
  return { heard, secret, end: binding.end, post: (options) => post(gateway.url, secret, options) };
}

/** One request of the program. */
export async function post(url: string, secret: string, options: PostOptions = {}): Promise<Answer> {
  const answer = await open(url, secret, options);
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

/** The same, with the body still to be read. */
export function open(url: string, secret: string, options: PostOptions = {}): ReturnType<typeof request> {
  return request(`${url}${options.path ?? '/v1/messages?beta=true'}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'tools-2025-01-01',
      ...options.headers,
    },
    body: options.body ?? '{"stream":true}',
    dispatcher: agent,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

function settingsWith(fallback: HouseOptions['fallback'] = {}): ChosenSettings {
  return { ...defaultSettings, fallback: { ...defaultSettings.fallback, ...fallback } };
}

function spend(ledger: Ledger, usd: number): void {
  const credential: CredentialRef = { id: keyId, kind: 'api_key', payer: 'key' };
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  ledger.addReceipt({
    queryId: 'q',
    conversationId: 'c',
    model: null,
    outcome: 'completed',
    usage,
    costUsd: usd,
    durationMs: 1,
    parts: [{ credential, reason: 'auth_failure', calls: 1, usage, costUsd: usd, covered: false }],
  });
}
