import type { Settings, StoreHealth } from '@postern/contract';

/**
 * Every sentence that explains rather than reports, once: the app shows them in place, and the docs are checked against
 * them. Facts about what is permitted: code.claude.com/docs/en/legal-and-compliance, as read 2026-10-09.
 */
export const sentences = {
  sandbox: 'Sandbox: no real account, no cost',
  whatItIs: 'Postern runs Claude’s agent on this computer and asks before it changes anything.',
  noRealAccount: 'Not available in the sandbox. No real account is used here.',
  independent:
    'Postern is an independent project. It is not made, endorsed or supported by Anthropic; Claude is named only to say what it talks to.',

  permitted:
    'You may use a Claude plan through Anthropic’s own, unmodified Claude Code program. Any program may use your Console API key.',
  linkedBilling:
    'The linked Claude Console organization pays for each request at its own rates. A Claude plan never pays for them. Your operator’s terms and limits apply. The organization sees and caps the cost in the Console.',
  permittedOauth:
    'Signing in to a plan through Postern itself needs a client that Anthropic, or your organization’s server, has approved.',

  signIn:
    'You sign in on the provider’s page in your browser. Postern never sees your password. It keeps the token and renews it.',
  signInAddress: 'Check that you know this host. You sign in on its page, in your browser.',
  signInPaste: 'If the page shows a code, paste all of it here.',
  signInWaiting: 'Finish there. This window updates automatically.',

  claudeCode:
    'The unmodified Claude Code program signs you in and keeps the login. Postern starts it and never sees a token.',
  consoleProfile: 'A Console sign-in made with “ant auth login”. The Claude SDK keeps and renews it.',
  apiKey:
    'Billed to the key’s organization, per use. Postern keeps the key and shows only its last four characters.',
  apiKeyConsent:
    'By saving a key you agree that Postern uses it when your sign-in fails, within your rules and your daily cap.',

  privacy:
    'Secrets stay on this computer. The agent never holds them. Postern adds the sign-in or key to each request.',
  privacyTraffic:
    'Prompts and answers go only to the service that answers them. Postern sends no usage data of its own.',
  keychainStore: 'Encrypted on this computer. The key is in the system keychain.',
  passphraseStore: 'Encrypted on this computer with your passphrase.',
  memoryStore: 'Sign-ins and keys are kept in memory only, until Postern stops.',

  fallback:
    'Postern tries your accounts in this order. If one can’t be used, your rules under “If an account can’t be used” apply. It switches back automatically.',
  fallbackCap:
    'Before each call Postern checks what is spent, what is running and the most the call may cost. If that exceeds a cap, it asks first. Without an answer, nothing is sent.',
  fallbackHeld:
    'This request is held open while you decide, for at most four minutes. Without an answer it stops, and you can send it again.',
  fallbackCovered: 'Turns covered by a plan do not count. Their list price is shown for comparison.',

  permission:
    'Before a tool changes a file or runs a command, Postern shows you exactly what it would do and asks. It waits for your answer.',
  permissionForEdits:
    'The agent may change files in the workspace without asking. Before anything else that changes something, Postern shows you exactly what it would do and asks.',
  permissionForPlans:
    'The agent only reads and makes a plan. Postern shows you the plan and asks before anything is changed.',
  permissionAsked:
    'When Postern asks, it shows you exactly what a tool would do and waits for your answer. “Before the agent changes something” in Settings says how much is asked.',
  permissionAlways: 'You can remove it in Settings at any time.',

  workspace: 'The folder the agent works in. Without one, each conversation gets a new empty folder.',
  workspaceAccount:
    'Postern tries this account first in that workspace. If it can’t be used, your rules under “If an account can’t be used” apply.',
  warmPrograms:
    'Postern keeps the agent running for your next and your last three conversations. Each takes about 175 MB of memory, for at most ten minutes, and none while memory is short.',
  desktopNotices:
    'Your system shows them (notify-send on Linux, osascript on macOS) while Postern runs, even without a window.',
  usageAge:
    'Usage is as of your last answer. Postern can also ask the program of a Claude Code account, without a prompt, at most once in five minutes.',
  cost: 'Costs are list prices reported by the Agent SDK.',
  openAgain: 'Run “postern open” to get a new window.',
  draftKept: 'Your draft and this page are kept.',
} as const;

/** The name of a help sentence. */
export type SentenceName = keyof typeof sentences;

/** Where sign-ins and keys are kept, in one sentence. */
export function storeSentence(kind: StoreHealth['kind']): string {
  const places: Readonly<Record<StoreHealth['kind'], string>> = {
    os_keychain: sentences.keychainStore,
    passphrase_file: sentences.passphraseStore,
    memory: sentences.memoryStore,
  };
  return places[kind];
}

/** What is asked before the agent changes something. */
export function permissionSentence(mode: Settings['permissionMode']): string {
  const asked: Readonly<Record<Settings['permissionMode'], string>> = {
    ask: sentences.permission,
    accept_edits: sentences.permissionForEdits,
    plan: sentences.permissionForPlans,
  };
  return asked[mode];
}
