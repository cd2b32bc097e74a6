import type {
  AuthStatus,
  ClaudeCodeStatus,
  Conversation,
  ConversationItem,
  ConversationSummary,
  CredentialView,
  Health,
  Receipt,
  Settings,
  TimelineEntry,
  TokenUsage,
  Usage,
} from '@postern/contract';

/** Everything the stand-in answers with; a test changes what it needs to be otherwise. */
export interface FakeFacts {
  health: Health;
  settings: Settings;
  status: AuthStatus;
  credentials: CredentialView[];
  claudeCode: ClaudeCodeStatus;
  conversations: ConversationSummary[];
  items: Record<string, ConversationItem[]>;
  usage: Usage;
  receipts: Receipt[];
  timeline: TimelineEntry[];
}

const payers = {
  oauth: 'Your sign-in’s plan',
  claude_code: 'Your Claude plan',
  console_profile: 'Your Console organization',
  api_key: 'Your API key’s organization',
} as const;

/** A credential as a reference. */
export function ref(kind: keyof typeof payers) {
  return { id: `${kind}:default`, kind, payer: payers[kind] };
}

function view(kind: keyof typeof payers, label: string): CredentialView {
  return {
    ...ref(kind),
    label,
    status: 'absent',
    expiresAt: null,
    cooldownUntil: null,
    reason: null,
    nextStep: null,
  };
}

/** An instant so many seconds from now. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** A fresh installation: nobody signed in, nothing asked. */
export function freshFacts(): FakeFacts {
  return {
    health: { status: 'ok', version: '0.1.0', mode: 'sandbox', missing: [] },
    settings: {
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
    },
    status: {
      state: 'signed_out',
      connected: false,
      expiresAt: null,
      expiresSoon: false,
      refreshable: false,
      scopes: [],
      account: null,
      provider: 'sandbox',
      fallbackAvailable: false,
      activeCredential: null,
      store: { kind: 'memory', persisted: false, healthy: true, detail: 'Kept in memory.' },
      pendingSignIn: null,
      lastError: null,
      revocation: null,
    },
    credentials: [
      view('oauth', 'Sign-in'),
      view('claude_code', 'Claude Code'),
      view('console_profile', 'Console profile'),
      view('api_key', 'API key'),
    ],
    claudeCode: {
      state: 'signed_out',
      account: null,
      subscription: null,
      loginExpiresAt: null,
      pendingLogin: null,
      lastError: null,
    },
    conversations: [],
    items: {},
    usage: { windows: [], today: [], month: [], byDay: [], countedTodayUsd: 0, capUsdPerDay: 5 },
    receipts: [],
    timeline: [],
  };
}

/** Changes the status of one credential. */
export function setCredential(
  facts: FakeFacts,
  kind: CredentialView['kind'],
  to: Partial<CredentialView>,
): void {
  facts.credentials = facts.credentials.map((each) => (each.kind === kind ? { ...each, ...to } : each));
}

/** Signs somebody in. */
export function signIn(facts: FakeFacts, expiresInSeconds = 7 * 3600 + 720): void {
  const expiresAt = inSeconds(expiresInSeconds);
  facts.status = {
    ...facts.status,
    state: 'signed_in',
    connected: true,
    expiresAt,
    expiresSoon: false,
    refreshable: true,
    scopes: ['user:inference', 'user:profile'],
    account: { email: 'ada@example.com', organization: 'Analytical Engines' },
    activeCredential: { ...ref('oauth'), since: inSeconds(-60), reason: 'preferred' },
    pendingSignIn: null,
    lastError: null,
  };
  facts.settings = {
    ...facts.settings,
    hasOAuthToken: true,
    oauthExpiresAt: expiresAt,
    oauthProvider: 'sandbox',
  };
  setCredential(facts, 'oauth', { status: 'active', expiresAt, reason: null, nextStep: null });
}

/** Saves a key. */
export function saveKey(facts: FakeFacts, last4 = 'wxyz'): void {
  facts.settings = { ...facts.settings, hasApiKey: true, apiKey: { last4 } };
  setCredential(facts, 'api_key', { status: 'active' });
  facts.status = { ...facts.status, fallbackAvailable: facts.status.state === 'signed_in' };
  facts.status.activeCredential ??= { ...ref('api_key'), since: inSeconds(-60), reason: 'preferred' };
}

/** Lets the key pay because of `reason`. */
export function fallBack(facts: FakeFacts, reason: string, until: string | null): void {
  saveKey(facts);
  facts.status = {
    ...facts.status,
    activeCredential: { ...ref('api_key'), since: inSeconds(-5), reason },
  };
  setCredential(facts, 'oauth', {
    status: until === null ? 'reauthorization_required' : 'cooling_down',
    cooldownUntil: until,
    reason,
  });
}

/** A conversation in the history. */
export function addConversation(
  facts: FakeFacts,
  id: string,
  title: string,
  items: ConversationItem[],
  updatedAt = inSeconds(-600),
): void {
  facts.conversations.unshift({ id, title, workspace: '/home/ada/engine', updatedAt });
  facts.items[id] = items;
}

/** The page of a conversation that ends before `before`. */
export function conversationPage(
  facts: FakeFacts,
  id: string,
  before: string | null,
  limit: number,
): Conversation | null {
  const items = facts.items[id];
  const summary = facts.conversations.find((each) => each.id === id);
  if (items === undefined || summary === undefined) return null;
  const end = before === null ? items.length : Number(before);
  const start = Math.max(0, end - limit);
  return {
    id,
    title: summary.title,
    workspace: summary.workspace,
    items: items.slice(start, end),
    next: start === 0 ? null : String(start),
  };
}

/** Some use, spend, receipts and events, for the Usage screen. */
export function addUsage(facts: FakeFacts): void {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const spend = (kind: 'oauth' | 'api_key', costUsd: number) => ({
    credentialId: `${kind}:default`,
    kind,
    costUsd,
    covered: kind === 'oauth',
  });
  facts.usage = {
    windows: [
      {
        credentialId: 'oauth:default',
        window: 'five_hour',
        utilization: 0.64,
        resetsAt: inSeconds(2 * 3600),
        status: 'allowed',
        seenAt: inSeconds(-140),
        ageSeconds: 140,
      },
      {
        credentialId: 'oauth:default',
        window: 'seven_day',
        utilization: 0.93,
        resetsAt: inSeconds(3 * 86_400),
        status: 'allowed_warning',
        seenAt: inSeconds(-140),
        ageSeconds: 140,
      },
    ],
    today: [spend('oauth', 1.24), spend('api_key', 0.38)],
    month: [spend('oauth', 31.7), spend('api_key', 4.05)],
    byDay: Array.from({ length: 26 }, (_, back) => ({
      day: day(25 - back),
      spend: [
        spend('oauth', 0.4 + ((back * 7) % 11) * 0.21),
        ...(back % 3 === 0 ? [spend('api_key', 0.15 + (back % 5) * 0.12)] : []),
      ],
    })),
    countedTodayUsd: 0.38,
    capUsdPerDay: 5,
  };
  const limit = 'plan_limit_reached';
  const part = (kind: 'oauth' | 'api_key', usage: TokenUsage, costUsd: number, reason: string) => ({
    ...{ credential: ref(kind), reason, calls: 2, usage, costUsd, covered: kind === 'oauth' },
  });
  facts.receipts = Array.from({ length: 12 }, (_, index) => {
    const onKey = index % 4 === 1;
    const usage = {
      inputTokens: 1800 + index * 310,
      outputTokens: 420,
      cacheReadTokens: 9000,
      cacheWriteTokens: 0,
    };
    const costUsd = 0.021 * (index + 1);
    return {
      id: `r${index}`,
      at: inSeconds(-index * 5400),
      queryId: `q${index}`,
      conversationId: 'c1',
      model: 'claude-sonnet-4-5',
      outcome: index === 3 ? 'cancelled' : 'completed',
      usage,
      costUsd,
      durationMs: 2300 + index * 800,
      parts:
        index === 2
          ? [part('oauth', usage, costUsd / 3, 'preferred'), part('api_key', usage, (costUsd * 2) / 3, limit)]
          : [onKey ? part('api_key', usage, costUsd, limit) : part('oauth', usage, costUsd, 'preferred')],
    };
  });
  const entry = (
    index: number,
    type: string,
    kind: 'oauth' | 'api_key',
    code: string | null,
    text: string,
  ) => ({
    id: `t${index}`,
    at: inSeconds(-index * 4000),
    type,
    kind,
    code,
    text,
  });
  facts.timeline = [
    entry(0, 'refreshed', 'oauth', null, 'The access was renewed.'),
    entry(1, 'fallback', 'api_key', 'plan_limit_reached', 'The API key took over.'),
    entry(2, 'sign_in_completed', 'oauth', null, 'Signed in as ada@example.com.'),
  ];
}
