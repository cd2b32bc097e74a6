/**
 * For the tests: the `postern` whose script is the first argument, under a wall clock that the test moves by a message `{shiftMs}`. Timers run
 * on as they are, as they do in a machine whose clock is set, or that wakes from sleep. The answer `{shiftMs}` says that the new time holds.
 * Plain JavaScript: the script itself has Node keep what it compiles, which must be said before it strips the first type.
 */
import { pathToFileURL } from 'node:url';

const realNow = Date.now;
let shiftMs = 0;
Date.now = () => realNow() + shiftMs;

process.on('message', (message) => {
  ({ shiftMs } = message);
  process.send?.({ shiftMs });
});
// The test's end of the channel must not keep a stopped Postern alive.
process.channel?.unref();

process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1]).href);
