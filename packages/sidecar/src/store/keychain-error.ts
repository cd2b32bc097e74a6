import { StoreError } from '../errors/index.ts';

/** Why a keychain did not do what it was asked. */
export type KeychainTrouble = keyof typeof keychainSentences;

const otherStores = 'start Postern with --store passphrase_file or --store memory';

/** The command that gives up what is sealed under a key that will not come back. */
const resetCommand = 'postern store reset';

/** Each says what to do, as they are different things to do. */
export const keychainSentences = {
  locked: 'The keychain is locked. Unlock it; Postern continues automatically, without a new sign-in.',
  absent: `Postern finds no keychain it can use on this machine. Start one, or ${otherStores}.`,
  slow: 'The keychain does not answer in time. Look for a window of its own that waits for you; Postern continues as soon as it answers.',
  without_keyring: `The keychain has no keyring yet in which it could keep an entry. Create one in its own program, or ${otherStores}.`,
  no_encryption: `The keychain cannot encrypt its answers. KWallet needs the OpenSSL plug-in of QCA for that (libqca-qt6-plugins): install it and log in again, or ${otherStores}.`,
  ambiguous:
    'The keychain holds two entries of the name of Postern’s sealing key, often after databases were merged. Delete the copy in the keychain’s own program (service "postern"); Postern retries automatically.',
  unreadable: `The keychain gives out Postern’s entry in a form that cannot be read. Restore the entry (service "postern") from a backup of the keychain, or start over: ${resetCommand}`,
  other_keychain: `This keychain does not hold the sealing key. It may be locked, that of another desktop, or made new. Unlock or restore it; if the key will not come back, start over: ${resetCommand}`,
  key_missing: `The sealing key is missing from the keychain, although the entry beside it is there. Postern looks again before it takes the key for lost. If you deleted it, start over: ${resetCommand}`,
  failed: `The keychain failed. Postern retries automatically; if that does not help, start the keychain again, or ${otherStores}.`,
} as const;

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

/**
 * Texts of the keyring library and of the services behind it. Every error has code `GenericFailure`: only the text tells one from another.
 * Source: @napi-rs/keyring 2.1.2 (keyring-core 1.0.1, secret-service 5.2.0, dbus-secret-service 4.1.0) and libdbus 1.14, measured.
 */
const troubleByText: readonly (readonly [RegExp, KeychainTrouble])[] = [
  // "the message bus security policy blocked the reply": an answer that did not come, not a lock.
  [/did not receive a reply|timed? ?out|noreply/i, 'slow'],
  [/matched by/i, 'ambiguous'],
  [/crypto error|algorithm .*not supported/i, 'no_encryption'],
  [/malformed|utf-8|mime type|decrypt|unpad/i, 'unreadable'],
  [/no result found|no such (collection|secret collection)/i, 'without_keyring'],
  [
    /\blocked\b|prompt (was )?dismissed|before prompt|\bdenied\b|cancell?ed|interaction is not allowed/i,
    'locked',
  ],
  [
    /not provided by any|serviceunknown|provider found|provider or dbus|no dbus session|failed to connect|connection refused|no such file|cannot find (module|package)|cannot find native|unsupported platform|disconnected/i,
    'absent',
  ],
];

/** Sorts an error of the keyring library. */
export function keychainTroubleOf(error: unknown): KeychainTrouble {
  const text = error instanceof Error ? error.message : '';
  return troubleByText.find(([pattern]) => pattern.test(text))?.[1] ?? 'failed';
}
