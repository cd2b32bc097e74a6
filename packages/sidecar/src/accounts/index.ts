/** What the user does: sign in, sign out, save a key, list. */
export type { CredentialList, Preferences, SignIns } from './accounts.ts';
export { createCredentialList } from './create-credential-list.ts';
export { createDelegatedViews } from './create-delegated-views.ts';
export { createPreferences } from './create-preferences.ts';
export { createSignIns } from './create-sign-ins.ts';
export { createSignInFlow, type SignInFlow, type SignInStep } from './sign-in-flow.ts';
