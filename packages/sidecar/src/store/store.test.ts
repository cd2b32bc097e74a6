import { createFakeKeychain } from '../../test/support/store/fake-keychain.ts';
import { openTestStore } from '../../test/support/store/harness.ts';
import { describeStore } from '../../test/support/store/suite.ts';
import { createKeychain } from './keychain.ts';

const keychain = createKeychain(createFakeKeychain());

describeStore('memory', (dataDir) => openTestStore(dataDir, { kind: 'memory' }));
describeStore('passphrase_file', (dataDir) => openTestStore(dataDir, { kind: 'passphrase_file' }));
describeStore('os_keychain', (dataDir) =>
  openTestStore(dataDir, { kind: 'os_keychain', parts: { keychain } }),
);
