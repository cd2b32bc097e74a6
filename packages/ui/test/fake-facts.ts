import type {
  AuthStatus,
  ClaudeCodeStatus,
  Conversation,
  ConversationItem,
  ConversationSummary,
  CredentialView,
  Health,
  McpServerList,
  Receipt,
  Rewind,
  Settings,
  TimelineEntry,
  Usage,
  WorkspaceLook,
} from '@postern/contract';
import { connectedStatus, credential, settingsWith } from './support/sample-facts.ts';

/** Everything the stand-in answers with; a test changes what it needs to be otherwise. */
export interface FakeFacts {
  health: Health;
  settings: Settings;
  status: AuthStatus;
  credentials: CredentialView[];
  claudeCode: ClaudeCodeStatus;
  conversations: ConversationSummary[];
  items: Record<string, ConversationItem[]>;
  /** What undoing gives: before it is done, and after. */
  rewind: { readonly would: Rewind; readonly did: Rewind };
  /** What every subagent did. */
  subagent: ConversationItem[];
  usage: Usage;
  receipts: Receipt[];
  timeline: TimelineEntry[];
  workspace: Omit<WorkspaceLook, 'path'>;
  mcpServers: McpServerList;
}

const nothingToUndo: Rewind = { files: [], insertions: 0, deletions: 0, state: 's', skipped: [] };

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
  return credential(kind, { ...ref(kind), label, status: 'absent' });
}

/** An instant so many seconds from now. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** A fresh installation: nobody signed in, nothing asked. */
export function freshFacts(): FakeFacts {
  return {
    health: { status: 'ok', version: '0.1.0', mode: 'sandbox', missing: [] },
    workspace: { trust: 'none', hash: 'a'.repeat(64), items: [] },
    mcpServers: { items: [], secrets: [] },
    settings: settingsWith({}),
    status: {
      ...connectedStatus,
      state: 'signed_out',
      connected: false,
      expiresAt: null,
      refreshable: false,
      scopes: [],
      account: null,
      activeCredential: null,
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
      signOutAlsoEnds:
        'Signing out also signs out every other program that uses the settings folder /home/ada/.claude, Claude Code in a terminal among them.',
      lastError: null,
    },
    conversations: [],
    rewind: { would: nothingToUndo, did: nothingToUndo },
    subagent: [],
    items: {},
    usage: {
      windows: [],
      today: [],
      month: [],
      byDay: [],
      countedTodayUsd: 0,
      reservedUsd: 0,
      capUsdPerDay: 5,
      caps: [{ scope: 'day', capUsd: 5, spentUsd: 0, reservedUsd: 0, leftUsd: 5 }],
    },
    receipts: [],
    timeline: [],
  };
}

/** Changes the first credential of a kind. */
export function setCredential(
  facts: FakeFacts,
  kind: CredentialView['kind'],
  to: Partial<CredentialView>,
): void {
  facts.credentials = facts.credentials.map((each) =>
    each.id === `${kind}:default` ? { ...each, ...to } : each,
  );
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

/** The sign-in's plan window is used up. */
export function reachLimit(facts: FakeFacts): void {
  setCredential(facts, 'oauth', {
    status: 'cooling_down',
    cooldownUntil: inSeconds(3600),
    reason: 'plan_limit_reached',
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

/** The conversations in which a text was said, with the place; all of them for an empty one. */
export function foundConversations(facts: FakeFacts, search: string): ConversationSummary[] {
  if (search === '') return facts.conversations;
  return facts.conversations.flatMap((summary) => {
    const said = [
      summary.title,
      ...(facts.items[summary.id] ?? []).flatMap((item) => ('text' in item ? item.text : [])),
    ];
    const text = said.find((each) => each.toLowerCase().includes(search));
    if (text === undefined) return [];
    const start = text.toLowerCase().indexOf(search);
    return [{ ...summary, snippet: text, marks: [{ start, end: start + search.length }] }];
  });
}
