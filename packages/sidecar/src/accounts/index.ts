/** What a person does: sign in, sign out, save a key, list. */
export type { CredentialList, Preferences, SignIns } from './accounts.ts';
