import type { AuthStatus, QueryEvent, Settings, SettingsPatch, WorkspaceLook } from '@postern/contract';
import { type Alone, type AloneOptions, Secret, type StartOptions } from '@postern/sidecar';
import type { SidecarModule } from '../src/index.ts';
import { signedIn, signedOut } from './answers.ts';

/** A sidecar module whose state is a few variables; what it was started and opened with can be read. */
export interface MemorySidecar extends SidecarModule {
  readonly starts: StartOptions[];
  /** Data directories whose sealed records were given up. */
  readonly resets: string[];
  readonly opens: AloneOptions[];
  /** Ids of the sign-ins whose token was asked for. */
  readonly tokensOf: string[];
  /** Opened and not closed. */
  stillOpen(): number;
  readonly patches: SettingsPatch[];
  status: AuthStatus;
  /** The sign-in that is meant where none is named. */
  firstSignIn: string;
  token: Awaited<ReturnType<Alone['accessTokens']['getValidFor']>>;
  events: QueryEvent[];
  /** What a folder holds that would shape an agent. */
  workspaceItems: WorkspaceLook['items'];
  /** What was trusted; a hash of null takes the trust back. */
  readonly trusts: { readonly path: string; readonly hash: string | null }[];
  /** `q <id>` of every cancelled query. */
  readonly cancelled: string[];
}

const settings: Settings = {
  schemaVersion: 1,
  oauthProvider: null,
  hasOAuthToken: false,
  oauthExpiresAt: null,
  hasApiKey: false,
  apiKey: null,
  hasClaudeCodeLogin: false,
  hasConsoleProfile: false,
  credentialOrder: ['oauth', 'claude_code', 'console_profile', 'api_key'],
  fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
  workspace: null,
  model: null,
  permissionMode: 'ask',
  alwaysAllow: {},
  theme: 'system',
};

/** Signed in, with a token that is good for an hour. */
export function createMemorySidecar(): MemorySidecar {
  let open = 0;
  /** What was done to the process that is to run it. */
  const prepared = new Set<'guarded' | 'limited'>();
  const memory: MemorySidecar = {
    starts: [],
    resets: [],
    opens: [],
    tokensOf: [],
    firstSignIn: 'oauth:default',
    patches: [],
    workspaceItems: [],
    trusts: [],
    cancelled: [],
    status: signedIn,
    token: {
      credentialId: 'oauth:default',
      version: 1,
      accessToken: new Secret('access-1'),
      expiresAtMs: Date.now() + 3_600_000,
      scopes: ['user:inference'],
    },
    events: [],
    stillOpen: () => open,
    Secret,
    guardProcess: () => {
      prepared.add('guarded');
    },
    limitCompiling: () => {
      prepared.add('limited');
    },
    endWithoutReader: () => undefined,
    runSidecar: async (options, _environment, ports) => {
      if (prepared.size < 2) throw new Error('it was started before its process was prepared for it');
      memory.starts.push(options);
      ports.stdout.write('ready\n');
      await new Promise<void>((resolve) => ports.stop.addEventListener('abort', () => resolve()));
      return 0;
    },
    resetStore: async ({ dataDir }) => {
      memory.resets.push(dataDir);
      return 2;
    },
    openAlone: async (options) => {
      memory.opens.push(options);
      open += 1;
      return aloneOf(memory, async () => {
        open -= 1;
      });
    },
  };
  return memory;
}

function aloneOf(memory: MemorySidecar, close: () => Promise<void>): Alone {
  const status = async () => memory.status;
  const page = { items: [], next: null };
  const claudeCode = async () => {
    throw new Error('not in this test');
  };
  return {
    close,
    refreshUsage: async () => [],
    signIns: {
      first: async () => memory.firstSignIn,
      status,
      cancel: status,
      refresh: status,
      start: async () => {
        const pendingSignIn = {
          signInId: 's1',
          authorizationUrl: 'https://example.org/authorize',
          expiresAt: '2026-11-23T10:05:00.000Z',
        };
        memory.status = { ...signedOut, state: 'pending', pendingSignIn };
        return { ...pendingSignIn, redirectUri: 'http://127.0.0.1:1/callback' };
      },
      completeForwarded: async () => {
        memory.status = signedIn;
        return signedIn;
      },
      signOut: async () => ({ state: 'signed_out', revocation: 'pending' }),
    },
    preferences: {
      read: async () => settings,
      update: async (patch) => {
        memory.patches.push(patch);
        const last4 = patch.apiKey?.slice(-4);
        return { ...settings, apiKey: last4 === undefined ? null : { last4 } };
      },
    },
    credentials: { views: async () => [] },
    ledger: {
      receipts: () => page,
      timeline: () => page,
      spentTodayUsd: () => 1.5,
      reservedTodayUsd: () => 0,
      caps: () => [],
      spend: () => [],
      spendByDay: () => [],
      windows: () => [],
    },
    workspaceTrust: {
      look: async (path) => ({ path, trust: 'none', hash: 'a'.repeat(64), items: memory.workspaceItems }),
      trust: async ({ path, hash }) => {
        memory.trusts.push({ path, hash });
        return { path, trust: 'trusted', hash: 'a'.repeat(64), items: memory.workspaceItems };
      },
    },
    claudeCode: { status: claudeCode, login: claudeCode, cancel: claudeCode, logout: claudeCode },
    diagnostics: async () => ({ at: '2026-11-23T10:00:00.000Z', version: '9', platform: 'x', findings: [] }),
    accessTokens: {
      getValidFor: async (credentialId) => {
        memory.tokensOf.push(credentialId);
        return memory.token;
      },
    },
    agent: {
      start: async () => ({ queryId: 'q1' }),
      events: async function* () {
        for (const [id, event] of memory.events.entries()) yield { id, event };
      },
      cancel: async (queryId) => {
        memory.cancelled.push(queryId);
      },
      answer: async () => undefined,
      conversation: async () => {
        throw new Error('not in this test');
      },
      approve: async () => undefined,
    },
  };
}
