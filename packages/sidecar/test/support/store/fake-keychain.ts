import type { KeychainEntries } from '../../../src/store/keychain.ts';

/** How a `FakeKeychain` behaves; the errors carry the texts of the real library (measured). */
export type FakeKeychainMood = 'open' | 'locked' | 'absent' | 'hanging' | 'without_keyring' | 'forgetful';

/** A keychain for tests, with the manners of a real one. */
export interface FakeKeychain extends KeychainEntries {
  mood: FakeKeychainMood;
  readonly entries: Map<string, string>;
  /** How often it was asked anything. */
  calls: number;
}

const texts = {
  locked: "Couldn't access platform storage: Secret Service: unlock prompt was dismissed",
  absent:
    'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
  without_keyring: "Couldn't access platform storage: Secret Service: no result found",
} as const;

/** A keychain that holds nothing yet. */
export function createFakeKeychain(mood: FakeKeychainMood = 'open'): FakeKeychain {
  const entries = new Map<string, string>();
  let given = Promise.withResolvers<never>();
  given.promise.catch(() => undefined);
  const keychain: FakeKeychain = {
    mood,
    entries,
    calls: 0,
    async get(account) {
      await enter();
      if (keychain.mood === 'locked' && entries.has(account)) throw new Error(texts.locked);
      return keychain.mood === 'without_keyring' ? null : (entries.get(account) ?? null);
    },
    async set(account, value) {
      await enter();
      if (keychain.mood === 'locked') throw new Error(texts.locked);
      if (keychain.mood === 'without_keyring') throw new Error(texts.without_keyring);
      if (keychain.mood !== 'forgetful') entries.set(account, value);
    },
    async delete(account) {
      await enter();
      entries.delete(account);
    },
    giveUp() {
      given.reject(new Error('the process that asks the keychain was given up'));
      given = Promise.withResolvers<never>();
      given.promise.catch(() => undefined);
    },
  };
  async function enter(): Promise<void> {
    keychain.calls += 1;
    if (keychain.mood === 'absent') throw new Error(texts.absent);
    if (keychain.mood === 'hanging') await given.promise;
  }
  return keychain;
}
