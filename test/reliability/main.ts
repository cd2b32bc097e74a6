/** `npm run reliability -- --runs N [--spend-runs N] [--seed S]`: a long run of interleavings and of spending, its seed and its figures. */
import { parseArgs } from 'node:util';
import { runInterleavings } from './harness/interleavings.ts';
import { measureRecovery } from './harness/measure-recovery.ts';
import { runSpendSchedules } from './harness/spend-schedules.ts';

const recoveries = 20;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    'spend-runs': { type: 'string', default: '50' },
    seed: { type: 'string' },
  },
});
const runs = wholeNumber('--runs', values.runs);
const spendRuns = wholeNumber('--spend-runs', values['spend-runs']);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : wholeNumber('--seed', values.seed);

const begunAt = performance.now();
console.log(`seed ${seed}`);
const figures = await runInterleavings({ runs, seed });
const delays = await measureRecovery(recoveries);
const spending = await runSpendSchedules({
  ...{ runs: spendRuns, seed },
  onProgress: (done) => {
    if (done % 500 === 0) console.log(`${done} spend schedules so far`);
  },
});
const perExpiry = figures.expiries === 0 ? 0 : figures.refreshes / figures.expiries;
for (const [name, value] of [
  ['interleavings run', `${figures.interleavings}, of ${figures.steps} steps, 1 to 8 processes`],
  ['spurious sign-outs', '0 (one would have ended this run with an error)'],
  ['sign-ins served at the end', String(figures.signInsServed)],
  ['refreshes per expiry', `${perExpiry.toFixed(3)} (${figures.refreshes} of ${figures.expiries})`],
  [
    'next owner after a killed holder',
    `median ${delays[recoveries / 2]} ms, longest ${delays.at(-1)} ms of ${recoveries}`,
  ],
  [
    'spend schedules run',
    `${spending.schedules}, 1 to 8 processes, ${spending.kills} of them killed, ${spending.restarts} started again: receipts equal the service's book, no cap was passed`,
  ],
  [
    'calls served, held by a cap',
    `${spending.calls}, ${spending.heldByCap}; in ${spending.notReported} turns something was never reported`,
  ],
  ['took', `${((performance.now() - begunAt) / 1000).toFixed(0)} s`],
] as const)
  console.log(`${name.padEnd(34)}${value}`);

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) {
    console.error(`${name} must be a whole number`);
    process.exit(64);
  }
  return Number(text);
}
