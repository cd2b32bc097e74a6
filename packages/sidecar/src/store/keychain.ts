import { KeychainError, keychainTroubleOf } from './keychain-error.ts';

/** How long one call may take. A call that waits for the user's answer to a prompt goes on behind it. */
const defaultLimitMs = 5_000;

/** The operating system's entries by account, as the keyring library offers them. */
export interface KeychainEntries {
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<void>;
}

/** The same with a time limit and a reason for every failure. One call at a time: one that hangs is not followed by more. */
export interface Keychain {
  /** Null does not yet mean that there is no entry (measured): a daemon without a keyring says so too. @throws KeychainError */
  read(account: string): Promise<string | null>;
  /** Written, and read back the same. @throws KeychainError */
  write(account: string, value: string): Promise<void>;
  /** Best effort. */
  remove(account: string): Promise<void>;
}

/** Puts a time limit and a queue in front of the entries. */
export function createKeychain(entries: KeychainEntries, limitMs: number = defaultLimitMs): Keychain {
  let last: Promise<unknown> = Promise.resolve();

  async function limited<T>(call: () => Promise<T>): Promise<T> {
    let late = false;
    const turn = last.then(() => {
      if (late) throw new KeychainError('slow');
      return call();
    });
    last = turn.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        late = true;
        reject(new KeychainError('slow'));
      }, limitMs);
    });
    try {
      return await Promise.race([turn, limit]);
    } catch (error) {
      throw error instanceof KeychainError
        ? error
        : new KeychainError(keychainTroubleOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    read: (account) => limited(() => entries.get(account)),
    async write(account, value) {
      await limited(() => entries.set(account, value));
      // Some backends accept a write that they then do not keep.
      if ((await limited(() => entries.get(account))) !== value) throw new KeychainError('absent');
    },
    async remove(account) {
      await limited(() => entries.delete(account)).catch(() => undefined);
    },
  };
}
