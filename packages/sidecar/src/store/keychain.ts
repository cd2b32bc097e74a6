import { KeychainError, keychainTroubleOf } from './keychain-error.ts';

/** How long a caller waits for an answer. The question goes on behind it: a window of the keychain's may wait for the user. */
const defaultLimitMs = 5_000;

/** The operating system's entries by account, as the keyring library offers them. */
export interface KeychainEntries {
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
  /** Ends what is open, whatever it waits for: it is rejected. */
  giveUp(): void;
}

/** The same with a reason for every failure. One call at a time, without a limit: one that waits for the user is not followed by more. */
export interface Keychain {
  /** How long a caller should wait before it goes on without an answer. */
  readonly limitMs: number;
  /** Null does not yet mean that there is no entry (measured): a daemon without a keyring says so too. @throws KeychainError */
  read(account: string): Promise<string | null>;
  /** @throws KeychainError */
  write(account: string, value: string): Promise<void>;
  /** @throws KeychainError */
  remove(account: string): Promise<void>;
  /** Ends what is open and what waits behind it: all of it fails. What is asked later is asked afresh. */
  giveUp(): void;
}

/** Puts a queue in front of the entries. */
export function createKeychain(entries: KeychainEntries, limitMs: number = defaultLimitMs): Keychain {
  let last: Promise<unknown> = Promise.resolve();
  let generation = 0;

  async function queued<T>(call: () => Promise<T>): Promise<T> {
    const mine = generation;
    const turn = last.then(() => {
      if (mine !== generation) throw new KeychainError('failed');
      return call();
    });
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      throw error instanceof KeychainError
        ? error
        : new KeychainError(keychainTroubleOf(error), { cause: error });
    }
  }

  return {
    limitMs,
    read: (account) => queued(() => entries.get(account)),
    write: (account, value) => queued(() => entries.set(account, value)),
    remove: (account) => queued(() => entries.delete(account)),
    giveUp() {
      generation += 1;
      entries.giveUp();
    },
  };
}
