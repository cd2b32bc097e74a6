/**
 * For the tests: `postern`, under a wall clock that the test moves by a message `{shiftMs}`. Timers run on as they are, as they do in a
 * machine whose clock is set, or that wakes from sleep. The answer `{shiftMs}` says that the new time holds.
 */
const realNow = Date.now;
let shiftMs = 0;
Date.now = () => realNow() + shiftMs;

process.on('message', (message: { readonly shiftMs: number }) => {
  ({ shiftMs } = message);
  process.send?.({ shiftMs });
});
// The test's end of the channel must not keep a stopped Postern alive.
process.channel?.unref();

await import('../../../packages/cli/bin/postern.ts');
