import { StoreError } from '../errors/index.ts';

/** Why a keychain did not do what it was asked. */
export type KeychainTrouble = 'locked' | 'absent' | 'slow';

/** Three words to the user, as they are three different things to do. */
export const keychainSentences: { readonly [T in KeychainTrouble]: string } = {
  locked: 'The keychain is locked. Unlock it; Postern continues automatically, without a new sign-in.',
  absent:
    'Postern finds no keychain it can use on this machine. Start one, or start Postern with --store passphrase_file or --store memory.',
  slow: 'The keychain does not answer in time. Look for a window of its own that waits for you; Postern retries automatically.',
};

/** A keychain that did not do what it was asked. */
export class KeychainError extends StoreError {
  readonly trouble: KeychainTrouble;

  constructor(trouble: KeychainTrouble, options?: ErrorOptions) {
    super(
      trouble === 'locked' ? 'credential_store_locked' : 'credential_store_unavailable',
      keychainSentences[trouble],
      options,
    );
    this.trouble = trouble;
  }
}

/** Sorts an error of the keyring library. Every one has code `GenericFailure` (measured): only its text tells a locked keychain from a missing one. */
export function keychainTroubleOf(error: unknown): KeychainTrouble {
  const text = error instanceof Error ? error.message : '';
  return /locked|prompt|dismissed|denied|cancell?ed|interaction is not allowed/i.test(text)
    ? 'locked'
    : 'absent';
}
