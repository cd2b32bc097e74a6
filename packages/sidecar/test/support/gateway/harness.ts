import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChosenSettings, type CredentialRef, defaultSettings } from '@postern/contract';
import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import { createKeptLeases } from '../../../src/composition/kept-leases.ts';
import type { ReportedFact } from '../../../src/credentials/index.ts';
import { createGateway, type GatewayDeps } from '../../../src/gateway/create-gateway.ts';
import type { Doorway, Gateway } from '../../../src/gateway/gateway.ts';
import { createLedger, type Ledger } from '../../../src/ledger/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import { createCooldowns, createSelection, type Selection } from '../../../src/selection/index.ts';
import type {
  BrokenOff,
  FallbackAnswer,
  FallbackQuestion,
  PaidCall,
  QueryHandle,
  QueryListener,
  QueryScope,
} from '../../../src/selection/query.ts';
import type { SelectionDeps } from '../../../src/selection/selection.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { noDelegatedSignIns } from '../delegated/fake-sign-ins.ts';
import { PlayedAccessTokens } from '../selection/fake-access-tokens.ts';
import { apiKey, type Respond, startUpstream, type Upstream } from './fake-upstream.ts';

/** The agent’s tests build on it too. */
export { PlayedAccessTokens } from '../selection/fake-access-tokens.ts';
export const keyId = 'api_key:default';

/** What a query heard. */
export interface Heard {
  readonly questions: FallbackQuestion[];
  readonly switches: { readonly from: string; readonly to: string; readonly reason: string }[];
  readonly limits: { readonly window: string; readonly resetsAt: string | null; readonly status: string }[];
  readonly paid: PaidCall[];
  readonly givenUp: {
    readonly code: string;
    readonly detail: string | null;
    readonly retryAtMs?: number;
  }[];
  readonly passedThrough: { readonly code: string; readonly status: number }[];
  readonly brokenOff: BrokenOff[];
  readonly waits: { readonly window: string; readonly untilMs: number }[];
  handOvers: number;
  resumed: number;
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
  readonly query: QueryHandle;
  readonly secret: string;
  post(options?: PostOptions): Promise<Answer>;
  end(): void;
}

export interface PostOptions {
  readonly path?: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** On a connection that is not kept: it would not outlive the gateway. */
  readonly reset?: boolean;
}

export interface TestHouse {
  readonly gateway: Gateway;
  readonly selection: Selection;
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
  bind(options?: BindOptions): TestQuery;
  /** Ends the gateway and starts another on the same store. @param meanwhile what happens in between */
  restart(meanwhile?: () => unknown): Promise<void>;
}

export interface BindOptions {
  readonly answer?: AskAnswer;
  readonly doorway?: Doorway;
  readonly scope?: QueryScope;
  readonly queryId?: string;
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
  /** How long a question of a lease waits. */
  readonly questionMs?: number;
  /** How long a lease that is held may be without a connection. */
  readonly graceMs?: number;
  readonly deps?: Partial<
    SelectionDeps & Pick<GatewayDeps, 'apiBaseUrl' | 'billingUserProfileId' | 'headersTimeoutMs'>
  >;
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
  const selection = createSelection({
    cooldowns: createCooldowns({ documents: store.documents, clock, log }),
    delegated: noDelegatedSignIns,
    accessTokens: tokens,
    store,
    settings: { read: () => house.settings },
    ledger,
    report: (fact) => facts.push(fact),
    clock,
    sandbox: false,
    log,
    ...options.deps,
  });
  const openGateway = (): Promise<Gateway> =>
    createGateway({
      apiBaseUrl: options.deps?.apiBaseUrl ?? upstream.url,
      billingUserProfileId: options.deps?.billingUserProfileId ?? null,
      selection,
      ledger,
      report: (fact) => facts.push(fact),
      clock,
      dispatcher,
      log,
      ...(options.questionMs === undefined ? {} : { questionMs: options.questionMs }),
      ...(options.deps?.headersTimeoutMs === undefined
        ? {}
        : { headersTimeoutMs: options.deps.headersTimeoutMs }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      keptLeases: createKeptLeases({ documents: store.documents, log }),
    });
  onTestFinished(async () => {
    await whole.gateway.close();
    await dispatcher.destroy();
    await store.close();
    rmSync(dataDir, { recursive: true, maxRetries: 5 });
  });

  const whole: TestHouse = Object.assign(house, {
    gateway: await openGateway(),
    selection,
    upstream,
    tokens,
    store,
    ledger,
    facts,
    logs,
    spend: (usd: number) => spend(ledger, usd),
    bind({
      answer = 'no',
      doorway = whole.gateway.openDoorway(),
      scope,
      queryId = 'query',
    }: BindOptions = {}) {
      return bindQuery({ gateway: whole.gateway, selection }, doorway, answer, { scope, queryId });
    },
    async restart(meanwhile: () => unknown = () => undefined) {
      await whole.gateway.close();
      await meanwhile();
      Object.assign(whole, { gateway: await openGateway() });
    },
  });
  return whole;
}

function bindQuery(
  { gateway, selection }: Pick<TestHouse, 'gateway' | 'selection'>,
  doorway: Doorway,
  answer: AskAnswer,
  { scope, queryId }: Pick<BindOptions, 'queryId'> & { readonly scope: QueryScope | undefined },
): TestQuery {
  const heard: Heard = {
    ...{ questions: [], switches: [], limits: [], paid: [], givenUp: [], passedThrough: [], waits: [] },
    brokenOff: [],
    handOvers: 0,
    resumed: 0,
  };
  const listener: QueryListener = {
    async ask(question, signal) {
      heard.questions.push(question);
      return typeof answer === 'string' ? answer : await answer(question, signal);
    },
    onSwitch: (from, to, reason) => heard.switches.push({ from: from.kind, to: to.kind, reason }),
    onUsageLimit: (window, resetsAt, status) => heard.limits.push({ window, resetsAt, status }),
    onPaidCall: (call) => heard.paid.push(call),
    onGivenUp: (code, detail, retryAtMs = null) =>
      heard.givenUp.push({ code, detail, ...(retryAtMs === null ? {} : { retryAtMs }) }),
    onPassedThrough: (code, status) => heard.passedThrough.push({ code, status }),
    onBrokenOff: (broken) => heard.brokenOff.push(broken),
    onWaiting: (window, untilMs) => heard.waits.push({ window, untilMs }),
    onResumed: () => {
      heard.resumed += 1;
    },
    onHandOver: () => {
      heard.handOvers += 1;
    },
  };
  const query = selection.openQuery(queryId ?? 'query', listener, scope);
  const binding = doorway.begin(query);
  const secret = doorway.secret.reveal();
  return { heard, query, secret, end: binding.end, post: (options) => post(gateway.url, secret, options) };
}

/** A request of the program; by default one that may cost a few cents. */
export function requestBody(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model: 'claude-sonnet-5-5', max_tokens: 4096, stream: true, ...members });
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
    body: options.body ?? requestBody(),
    dispatcher: agent,
    reset: options.reset === true,
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
