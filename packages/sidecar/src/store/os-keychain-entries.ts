import type { KeychainEntries } from './keychain.ts';

/** The service under which the keychain lists the entries. Source: docs/spec/contract.md#storage. */
const keychainService = 'postern';

/**
 * The real thing. On Linux only the Secret Service: the library would fall back to a kernel keyring that a reboot empties.
 * Source: @napi-rs/keyring 2.1, index.d.ts.
 */
export function osKeychainEntries(): KeychainEntries {
  async function entry(account: string) {
    // Loaded when needed: a machine without a prebuilt library is a machine without a keychain.
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return new AsyncEntry(keychainService, account, { linux: { store: 'secret-service' } });
  }
  return {
    get: async (account) => (await (await entry(account)).getPassword()) ?? null,
    set: async (account, value) => (await entry(account)).setPassword(value),
    async delete(account) {
      await (await entry(account)).deleteCredential();
    },
  };
}
