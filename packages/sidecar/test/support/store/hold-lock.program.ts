/**
 * For the tests: holds a lock as another process would. Arguments: path of the lock, then how long to wait for it in ms.
 * Prints `waiting`, then `held`, then holds until its standard input ends, and prints `freed`; or prints an error's code.
 */
import { once } from 'node:events';
import { Failure } from '../../../src/errors/index.ts';
import { createKernelLock } from '../../../src/store/kernel-lock.ts';

const [path = '', timeoutMs = '30000'] = process.argv.slice(2);
const lock = createKernelLock(path, () => Date.now());
const say = (word: string): void => void process.stdout.write(`${word}\n`);

process.stdin.resume();
const ended = once(process.stdin, 'end');
say('waiting');
try {
  await lock.exclusively(
    async () => {
      say('held');
      await ended;
    },
    { timeoutMs: Number(timeoutMs) },
  );
  say('freed');
} catch (error) {
  say(error instanceof Failure ? error.code : String(error));
}
await lock.close();
// A standard input that is still open would keep it alive.
process.exit();
