import {
  type AppEvent,
  type AuthStatus,
  type ClaudeCodeStatus,
  defaultSettings,
  type Settings,
} from '@postern/contract';
import { createLaunchToken, createTickets } from '../../../src/door/index.ts';
import { InvalidRequestError } from '../../../src/errors/index.ts';
import type { HttpDeps } from '../../../src/http/http-deps.ts';
import type { HttpLimits } from '../../../src/http/http-limits.ts';
import { createFakeAgent } from './fake-agent.ts';

const at = '2026-11-23T10:00:00.000Z';

/** Ports with a memory and the contract's rules, so that routes meet what they will meet in earnest. */
export function createFakePorts(options: Partial<HttpDeps> & { readonly limits?: Partial<HttpLimits> } = {}) {
  let now = Date.parse(at);
  const clock = () => now;
  const token = createLaunchToken();
  const tickets = createTickets({ clock });
  const listeners = new Set<(event: AppEvent) => void>();
  const logged: unknown[] = [];
  const calls: string[] = [];
  const fake = createFakeAgent(clock);
  let settings: Settings = emptySettings;
  let status: AuthStatus = signedOut;
  let wrongAnswers = 0;
  const note = (fields: unknown, text?: unknown) => logged.push([fields, text]);

  const deps: HttpDeps = {
    token,
    tickets,
    version: '0.1.0',
    mode: 'sandbox',
    health: () => ({ status: 'ok', version: '0.1.0', mode: 'sandbox', missing: [] }),
    signIns: {
      async start({ restart }) {
        if (status.state === 'pending' && !restart) throw new InvalidRequestError('sign_in_in_progress');
        const pendingSignIn = {
          signInId: 'sign-in-1',
          authorizationUrl: 'http://127.0.0.1:9/authorize',
          expiresAt: at,
        };
        status = { ...signedOut, state: 'pending', pendingSignIn };
        return { ...pendingSignIn, redirectUri: 'http://127.0.0.1:8765/auth/anthropic/callback' };
      },
      async completeFromBrowser({ parameters }) {
        calls.push(`completeFromBrowser ${parameters}`);
        if (parameters.getAll('state').join() === 'right' && parameters.getAll('code').length === 1) {
          status = { ...signedOut, state: 'signed_in' };
          return { page: 'signed_in', status: 200 };
        }
        wrongAnswers += 1;
        return { page: 'failed', status: wrongAnswers > 20 ? 429 : 400 };
      },
      async completeForwarded(callback) {
        calls.push('completeForwarded');
        const state = 'pasted' in callback ? callback.pasted.split('#')[1] : callback.state;
        if (state !== 'right') throw new InvalidRequestError('state_mismatch');
        status = { ...signedOut, state: 'signed_in' };
        return status;
      },
      async cancel() {
        status = signedOut;
        return status;
      },
      async refresh() {
        if (status.state !== 'signed_in') throw new InvalidRequestError('not_signed_in');
        return status;
      },
      async signOut() {
        status = signedOut;
        return { state: 'signed_out', revocation: 'done' };
      },
      status: async () => status,
    },
    preferences: {
      read: async () => settings,
      async update({ apiKey, fallback, ...chosen }) {
        calls.push('update');
        const known = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
        const policy = Object.fromEntries(
          Object.entries(fallback ?? {}).filter(([, value]) => value !== undefined),
        );
        settings = { ...settings, ...known, fallback: { ...settings.fallback, ...policy } };
        if (apiKey !== undefined)
          settings = {
            ...settings,
            hasApiKey: apiKey !== null,
            apiKey: apiKey === null ? null : { last4: apiKey.slice(-4) },
          };
        return settings;
      },
    },
    credentials: { views: async () => [] },
    claudeCode: {
      login: async () => claudeCode,
      cancel: async () => claudeCode,
      logout: async () => claudeCode,
      status: async () => claudeCode,
    },
    agent: fake.agent,
    attachments: {
      async add({ name, contentType, body }) {
        const bytes = (await body.toArray()).reduce((sum: number, piece: Buffer) => sum + piece.length, 0);
        calls.push(`attach ${contentType}`);
        return { path: `/kept/${name}`, name, bytes };
      },
    },
    mcp: {
      list: async () => ({ items: [], secrets: [] }),
      changeSecret: async () => ({ items: [], secrets: [] }),
    },
    mcpSignIns: {
      start: async () => ({ authorizationUrl: 'http://127.0.0.1/authorize', expiresAt: at }),
      standing: async () => ({ state: 'signed_out', problem: null }),
      end: async () => ({ state: 'signed_out', problem: null }),
    },
    workspaceTrust: {
      look: async (path) => ({ path, trust: 'none', hash: 'a'.repeat(64), items: [] }),
      async trust({ path, hash }) {
        if (hash !== null && hash !== 'a'.repeat(64)) throw new InvalidRequestError('workspace_changed');
        return { path, trust: hash === null ? 'none' : 'trusted', hash: 'a'.repeat(64), items: [] };
      },
    },
    folders: async (path) => ({ path: path ?? '/home/me', parent: '/', items: [], complete: true }),
    ledger: {
      receipts: () => ({ items: [], next: null }),
      timeline: ({ limit }) => ({
        items: Array.from({ length: Math.min(limit, 60) }, (_, index) => ({
          id: String(60 - index),
          at,
          type: 'sign_in_completed',
          kind: 'oauth',
          code: null,
          text: 'Signed in.',
        })),
        next: null,
      }),
      spend: () => [],
      spendByDay: () => [],
      spentTodayUsd: () => 0.25,
      reservedTodayUsd: () => 0,
      caps: () => [],
      windows: () => [],
    },
    gateway: { url: 'http://127.0.0.1:9', leases: fakeLeases },
    policy: () => settings.fallback,
    refreshUsage: async () => {
      throw new InvalidRequestError('not_signed_in');
    },
    diagnostics: async ({ tryCredentials }) => {
      calls.push(`diagnostics ${tryCredentials}`);
      return { at, version: '0.1.0', platform: 'linux', findings: [] };
    },
    subscribeEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => calls.push('stop'),
    uiDirectory: null,
    sandboxUrl: null,
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    ...options,
  };

  return {
    deps,
    fake,
    logged,
    calls,
    listeners,
    publish(event: AppEvent): void {
      for (const listener of listeners) listener(event);
    },
    advance(ms: number): void {
      now += ms;
    },
  };
}

/** How many connections hold the lease of `fakeLeases`. */
export const heldLeases = { count: 0 };

/** One lease, made and ended without a gateway. */
const fakeLeases: HttpDeps['gateway']['leases'] = {
  open: async () => ({
    leaseId: 'lease-1',
    secret: 'postern-lease-secret',
    expiresAt: at,
    credential: { id: 'api_key:default', kind: 'api_key', payer: 'the key' },
    asks: false,
  }),
  answer: (requestId) => requestId === 'lease-question-1',
  list: () => [fakeLease],
  hold(leaseId) {
    if (leaseId !== 'lease-1') throw new InvalidRequestError('not_found');
    heldLeases.count += 1;
    return () => {
      heldLeases.count -= 1;
    };
  },
  end(leaseId) {
    if (leaseId !== 'lease-1') throw new InvalidRequestError('not_found');
    return fakeLease;
  },
};

const fakeLease = {
  ...{ leaseId: 'lease-1', label: 'a program', createdAt: at, expiresAt: at },
  ...{ capUsd: 1, model: null, calls: 2, spentUsd: 0.5, questions: [] },
};

const signedOut: AuthStatus = {
  state: 'signed_out',
  connected: false,
  expiresAt: null,
  expiresSoon: false,
  refreshable: false,
  scopes: [],
  account: null,
  provider: 'sandbox',
  fallbackAvailable: false,
  connectAgain: false,
  billing: 'plan',
  supplied: false,
  activeCredential: null,
  store: { kind: 'memory', persisted: true, healthy: true, detail: 'In memory.' },
  pendingSignIn: null,
  lastError: null,
  revocation: null,
};

const emptySettings: Settings = {
  schemaVersion: 1,
  oauthProvider: 'sandbox',
  hasOAuthToken: false,
  oauthExpiresAt: null,
  hasApiKey: false,
  apiKey: null,
  hasClaudeCodeLogin: false,
  hasConsoleProfile: false,
  ...defaultSettings,
};

const claudeCode: ClaudeCodeStatus = {
  state: 'signed_out',
  account: null,
  subscription: null,
  loginExpiresAt: null,
  pendingLogin: null,
  lastError: null,
};
