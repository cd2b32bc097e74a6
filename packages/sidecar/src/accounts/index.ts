/** What a person does: sign in, sign out, save a key, list. */
export type { CredentialList, Preferences, SignIns } from './accounts.ts';
export { createClaudeCodeAccount } from './create-claude-code-account.ts';
export { createCredentialList } from './create-credential-list.ts';
export { createDelegatedSignIns } from './create-delegated-sign-ins.ts';
export { createPreferences } from './create-preferences.ts';
export { createSignIns, type SignInStep } from './create-sign-ins.ts';
