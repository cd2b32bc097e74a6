/** What a person does: sign in, sign out, save a key, list. */
export type { CredentialList, Preferences, SignIns } from './accounts.ts';
export { claudeCodeHomes } from './claude-code-homes.ts';
export { createClaudeCodeAccounts } from './create-claude-code-accounts.ts';
export { createCredentialList } from './create-credential-list.ts';
export { createDelegatedSignIns } from './create-delegated-sign-ins.ts';
export { createPreferences } from './create-preferences.ts';
export { createSignIns, type SignInStep } from './create-sign-ins.ts';
export { createDelegatedOutcomes } from './delegated-outcomes.ts';
export { isOnPath } from './is-on-path.ts';
