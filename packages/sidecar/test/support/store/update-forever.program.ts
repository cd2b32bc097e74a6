/**
 * For the tests: updates a store until it is killed. Argument: data directory. Prints `open`, then each version once it is stored. Every
 * version of the record, of the pending sign-in and of the document is recognisable by its parts.
 */
import { Secret } from '../../../src/secret/index.ts';
import { canaryPending, canarySignIn, openTestStore } from './harness.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openTestStore(dataDir, { kind: 'passphrase_file' });
process.stdout.write('open\n');
for (;;) {
  const { version } = await store.signIns.update('oauth:default', (current) => {
    const next = canarySignIn(current.version + 1);
    // Records of changing length move between pages.
    const padding = 'x'.repeat(Math.floor(Math.random() * 20_000));
    return { ...next, account: { email: padding, organization: String(next.version) } };
  });
  process.stdout.write(`${version}\n`);
  await store.pendingSignIn.write({ ...canaryPending(`${version}`), state: new Secret(`state ${version}`) });
  store.documents.update('settings', () => ({ version }));
  if (version % 2 === 0) await store.pendingSignIn.take(`${version}`);
}
