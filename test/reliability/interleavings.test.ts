import { expect, it } from 'vitest';
import { runInterleavings } from './harness/interleavings.ts';

it('F25 F26 F28 F31 F34 F35 whatever happens in whatever order, a sign-in survives, and is given up only for cause', {
  timeout: 180_000,
}, async () => {
  const seed = Date.now() % 2 ** 31;
  process.stdout.write(`interleavings: seed ${seed}\n`);
  const figures = await runInterleavings({ runs: 60, seed, timeLimitMs: 20_000 });
  expect(figures.interleavings).toBeGreaterThan(0);
  expect(figures.refreshes).toBe(figures.expiries);
});
