import type {
  AuthStatus,
  CredentialView,
  DeniedBy,
  McpServerState,
  ToolCaution,
  UsageNotice,
} from '@postern/contract';
import type { Readiness } from '../../src/composer/readiness.ts';
import type { Run } from '../../src/composer/readiness-wording.ts';
import type { ClaudeCodeStep } from '../../src/state/claude-code-step.ts';
import type { Connection } from '../../src/state/connection.ts';
import type { Route, SettingsPlace } from '../../src/state/route.ts';
import type { SignInStep } from '../../src/state/sign-in-step.ts';
import type { Loaded, Question } from '../../src/state/thread.ts';
import type { ThreadItem } from '../../src/state/thread-item.ts';

/** The name of a screen, for every case of a union: a new case does not compile until a screen shows it. */
type Shown<Case extends string> = Readonly<Record<Case, string>>;

/** Which screen shows which state. */
export const screensOfStates = {
  places: { ask: 'ask-empty', usage: 'usage', settings: 'settings-whole' } satisfies Shown<Route['place']>,
  settingsPlace: {
    accounts: 'settings-whole',
    paying: 'settings-paying',
    agent: 'settings-agent',
    workspaces: 'settings-workspaces',
    window: 'settings-window',
    privacy: 'settings-privacy',
  } satisfies Shown<SettingsPlace>,
  connection: {
    starting: 'ask-starting',
    connected: 'ask-empty',
    reconnecting: 'ask-offline',
    unauthorized: 'ask-not-connected',
  } satisfies Shown<Connection['state']>,
  readiness: {
    starting: 'ask-starting',
    offline: 'ask-offline',
    not_connected: 'ask-not-connected',
    refreshing: 'ask-refreshing',
    waiting_for_sign_in: 'ask-waiting-for-sign-in',
    ready: 'ask-empty',
    on_backup: 'ask-on-backup',
    limit: 'ask-limit',
    needs_you: 'ask-needs-you',
    nothing_set_up: 'first-run',
  } satisfies Shown<Readiness['state']>,
  run: {
    idle: 'ask-answer',
    queued: 'ask-queued',
    waiting: 'ask-waiting',
    running: 'ask-running',
    asking: 'approval',
    stopping: 'ask-stopping',
  } satisfies Shown<Run>,
  threadItem: {
    user: 'ask-answer',
    text: 'ask-answer',
    thinking: 'ask-thinking',
    tool: 'ask-tool-done',
    tasks: 'ask-tasks',
    compacted: 'ask-compacted',
    note: 'ask-withheld-and-paused',
    denied: 'fallback-denied',
    answered_elsewhere: 'ask-answered-elsewhere',
    switched: 'fallback-banner',
    limit: 'ask-limit-warning',
    model: 'ask-model-changed',
    waiting: 'ask-waiting',
    stopped: 'ask-stopped',
    error: 'ask-error',
    receipt: 'ask-two-payers-narrow',
  } satisfies Shown<ThreadItem['type']>,
  tool: {
    running: 'ask-tool-running',
    waiting: 'approval-command',
    done: 'ask-tool-done',
    failed: 'ask-tool-failed',
    unfinished: 'ask-tool-unfinished',
  },
  toolDenied: {
    person: 'ask-denied',
    no_answer: 'ask-denied-otherwise',
    rule: 'ask-denied-otherwise',
  } satisfies Shown<DeniedBy>,
  question: {
    permission: 'approval',
    fallback: 'fallback-question',
    words: 'agent-question',
    plan: 'plan-question',
  } satisfies Shown<Question['type']>,
  subagent: { folded: 'ask-tasks', open: 'ask-subagent' },
  subagentReading: {
    loading: 'subagent-loading',
    failed: 'subagent-unreadable',
    empty: 'subagent-not-kept',
  } satisfies Shown<NonNullable<Extract<ThreadItem, { type: 'tool' }>['reading']>>,
  undo: { files: 'undo-files' },
  commands: { offered: 'composer-commands' },
  agentQuestion: {
    chosen: 'agent-question-answered',
    server: 'agent-question-server',
    page: 'agent-question-page',
    failed: 'agent-question-failed',
  },
  permission: {
    notRead: 'question-not-read',
    read: 'question-read',
    outside: 'question-outside',
    eachTime: 'question-each-time',
  },
  caution: {
    outside_workspace: 'question-outside',
    through_link: 'question-outside',
    protected_file: 'question-outside',
    hidden_characters: 'question-hidden-characters',
    look_alike_characters: 'question-hidden-characters',
    binary_file: 'question-whole-content',
    no_difference: 'question-whole-content',
  } satisfies Shown<ToolCaution>,
  remembered: {
    none: 'settings-nothing-remembered',
    some: 'settings-remembered',
    narrowed: 'narrowed-answers',
    unreadable: 'unreadable-settings',
  },
  mcpServer: {
    none: 'settings-whole',
    connected: 'settings-mcp-servers',
    failed: 'settings-mcp-servers',
    needs_sign_in: 'settings-mcp-servers',
    left_out: 'settings-mcp-servers',
    signing_in: 'settings-mcp-servers',
    adding: 'settings-mcp-add',
  } satisfies Shown<McpServerState['status'] | 'none' | 'signing_in' | 'adding'>,
  drawn: { failed: 'ask-not-drawn', asText: 'ask-as-text' },
  usageNotice: {
    at_80: 'usage-notice-80',
    at_95: 'usage-notice-95',
    reset: 'usage-notice-reset',
  } satisfies Shown<UsageNotice['notice']>,
  leaseQuestion: {
    payer: 'lease-question',
    cap: 'lease-question-cap',
    failed: 'lease-question-failed',
  },
  conversation: {
    all: 'conversation-resumed',
    loading: 'conversation-reading',
    more: 'conversation-long',
    failed: 'conversation-unreadable',
  } satisfies Shown<Loaded['state']>,
  signIn: {
    signed_out: 'settings-not-connected',
    pending: 'settings-pending',
    signed_in: 'settings-connected',
    refresh_failing: 'settings-refresh-failing',
    misconfigured: 'settings-misconfigured',
    reauthorization_required: 'settings-needs-you',
  } satisfies Shown<AuthStatus['state']>,
  signInBesides: {
    refreshing: 'settings-refreshing',
    refreshed: 'settings-refreshed',
    expiresSoon: 'settings-expires-soon',
    notTried: 'settings-not-tried',
    denied: 'settings-denied',
    storeNotWell: 'settings-store-not-well',
    signedOut: 'settings-signed-out',
  },
  credential: {
    absent: 'settings-whole',
    active: 'settings-accounts',
    rejected: 'settings-credentials',
    reauthorization_required: 'settings-credentials',
    cooling_down: 'settings-credentials',
    not_configured: 'settings-not-available',
  } satisfies Shown<CredentialView['status']>,
  signInStep: {
    closed: 'settings-not-connected',
    starting: 'sign-in-starting',
    already_waiting: 'sign-in-already-waiting',
    address_shown: 'sign-in-dialog',
    waiting: 'sign-in-waiting',
    checking_code: 'sign-in-checking',
    succeeded: 'sign-in-done',
    failed: 'sign-in-failed',
  } satisfies Shown<SignInStep['step']>,
  claudeCodeStep: {
    closed: 'settings-not-connected',
    starting: 'claude-code-starting',
    waiting: 'claude-code-waiting',
    checking_code: 'claude-code-checking',
    succeeded: 'claude-code-done',
    failed: 'claude-code-missing',
  } satisfies Shown<ClaudeCodeStep['step']>,
};
