/**
 * For the tests: writes ever longer records until the disk refuses. Argument: data directory. Prints one line of JSON about it, then waits
 * for a line on standard input, by when there is room again, writes once more and prints whether it worked.
 */
import { once } from 'node:events';
import { Failure } from '../../../src/errors/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import { canarySignIn, openTestStore } from './harness.ts';

const [dataDir = ''] = process.argv.slice(2);
const store = await openTestStore(dataDir, { kind: 'passphrase_file' });

async function attempt(length: number): Promise<string | null> {
  try {
    await store.signIns.update('oauth:default', (current) => {
      const { tokens, ...rest } = canarySignIn(current.version + 1);
      return { ...rest, tokens: tokens && { ...tokens, accessToken: new Secret('x'.repeat(length)) } };
    });
    return null;
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
}

let stored = 0;
let code: string | null = null;
for (let length = 20_000; code === null; length += 20_000) {
  code = await attempt(length);
  if (code === null) stored += 1;
}
const { version } = await store.signIns.read('oauth:default');
process.stdout.write(`${JSON.stringify({ code, stored, version, health: store.health() })}\n`);
await once(process.stdin, 'data');
code = await attempt(10);
const after = await store.signIns.read('oauth:default');
process.stdout.write(`${JSON.stringify({ code, version: after.version, health: store.health() })}\n`);
await store.close();
process.exit();
