/** Process of `KeychainProcess`: makes the keyring library's calls. One of them may wait for the user, or block the whole process. */
import type { AsyncEntry } from '@napi-rs/keyring';
import type { KeychainAnswer, KeychainRequest } from './keychain-process.ts';

/** The service under which the keychain lists the entries. Source: docs/spec/contract.md#storage. */
const keychainService = 'postern';

// Ctrl-C reaches every process of the terminal: when this one ends is its parent's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => undefined);
// A call that waits in the library's thread pool would hold up any other end.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.on('message', (request: KeychainRequest) => {
  void answerTo(request).then((answer) => process.send?.(answer));
});

async function answerTo(request: KeychainRequest): Promise<KeychainAnswer> {
  const { number } = request;
  try {
    return { number, value: await ask(request) };
  } catch (error) {
    return { number, failure: error instanceof Error ? error.message : String(error) };
  }
}

async function ask({ action, account, value }: KeychainRequest): Promise<string | null> {
  const entry = await entryOf(account);
  switch (action) {
    case 'get':
      return (await entry.getPassword()) ?? null;
    case 'set':
      await entry.setPassword(value ?? '');
      return null;
    case 'delete':
      await entry.deleteCredential();
      return null;
  }
}

/** On Linux only the Secret Service: the library would fall back to a kernel keyring that a reboot empties. Source: @napi-rs/keyring 2.1, index.d.ts. */
async function entryOf(account: string): Promise<AsyncEntry> {
  // Loaded when needed: a machine without a prebuilt library is a machine without a keychain.
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return new AsyncEntry(keychainService, account, { linux: { store: 'secret-service' } });
}
