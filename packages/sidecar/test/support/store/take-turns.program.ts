/**
 * For the tests: takes a store's lock again and again, and in each turn raises a sign-in's version by a step that a second holder would
 * disturb: it reads, waits, and writes. Arguments: data directory, number of turns. Prints how many turns it saw disturbed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { canarySignIn, openTestStore } from './harness.ts';

const [dataDir = '', turns = '0'] = process.argv.slice(2);
const store = await openTestStore(dataDir, { kind: 'passphrase_file' });
let disturbed = 0;
for (let turn = 0; turn < Number(turns); turn += 1)
  await store.exclusively(async () => {
    const before = (await store.signIns.read('oauth:default')).version;
    await sleep(Math.random() * 4);
    await store.signIns.update('oauth:default', (current) => {
      if (current.version !== before) disturbed += 1;
      return canarySignIn(before + 1);
    });
  });
await store.close();
process.stdout.write(`${disturbed}\n`);
