import { createFakeKeychain } from './fake-keychain.ts';
import { createKeychain } from './keychain.ts';
import { openTestStore } from './store-fixture.ts';
import { describeStore } from './store-suite.ts';

const keychain = createKeychain(createFakeKeychain());

describeStore('memory', (dataDir) => openTestStore(dataDir, { kind: 'memory' }));
describeStore('passphrase_file', (dataDir) => openTestStore(dataDir, { kind: 'passphrase_file' }));
describeStore('os_keychain', (dataDir) =>
  openTestStore(dataDir, { kind: 'os_keychain', parts: { keychain } }),
);
