/**
 * `npm run soak [-- --turns N] [--minutes M]`: uses one sidecar, as it is installed, for hours, by default for 2,000 turns that are spread over
 * two hours, and says what it holds more afterwards. Where the turns take longer than the minutes, they follow one another at once. Exits 1
 * where it grew by more than 5 MB or does not come back to rest within a minute.
 * It is started with what a command, a launcher and systemd start it with. Out of a checkout each of its threads would load a compiler for
 * TypeScript at some time, 15 MB.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PosternClient } from '@postern/client';
import { mallocVariables } from '../packages/cli/src/malloc-variables.ts';
import { residentBytes } from '../test/end-to-end/harness/processes.ts';
import { buildScripts } from './harness/build-scripts.ts';
import { median } from './harness/median.ts';
import { startSignedIn } from './harness/start-signed-in.ts';
import { startStandIn } from './harness/start-stand-in.ts';

const mostGrowthMb = 5;
const mostAtRest = 1.1;
const restMs = 60_000;
/** What is loaded and compiled once is no growth: all that is measured later happens before, too. */
const firstTurns = 50;
const turnsEach = 5;
const samplesTogether = 5;
const fewestSamples = 4;
/** Source: sysexits(3). */
const usageExitCode = 64;

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '120' },
  },
});
const turns = wholeNumber('--turns', values.turns);
const minutes = wholeNumber('--minutes', values.minutes);

using scripts = await buildScripts();
await using service = await startStandIn();
const variables = { POSTERN_OAUTH_ISSUER: service.ready.issuer, ...mallocVariables };
await using signedIn = await startSignedIn(service, { script: scripts.installed, variables });
const { client, ready } = signedIn.postern;
let done = 0;
let conversationId = '';

while (done < firstTurns) {
  await turn(turnsEach);
  await look(client);
}
await pause(restMs);
const restedMb = weighMb();
console.log(`at rest after ${firstTurns} turns: ${restedMb.toFixed(1)} MB`);
const samples: number[] = [];
const startedAt = performance.now();
while (done < firstTurns + turns) {
  const dueAt = startedAt + ((done - firstTurns) / turns) * minutes * 60_000;
  await pause(Math.max(0, dueAt - performance.now()));
  await turn(Math.min(turnsEach, firstTurns + turns - done));
  await look(client);
  samples.push(weighMb());
  if (samples.length % samplesTogether === 0)
    console.log(`${done - firstTurns} turns: ${median(samples.slice(-samplesTogether)).toFixed(1)} MB`);
}
const tookMinutes = (performance.now() - startedAt) / 60_000;
await pause(restMs);
const atRestMb = weighMb();
// NaN is met by no bar.
const grownMb = samples.length < fewestSamples ? Number.NaN : growthOf(samples);
const isMet = grownMb <= mostGrowthMb && atRestMb <= restedMb * mostAtRest;
console.log(
  Number.isNaN(grownMb)
    ? `${done - firstTurns} turns are too few to say what grows`
    : `grown over ${done - firstTurns} turns: ${grownMb.toFixed(1)} MB (at most ${mostGrowthMb})`,
);
console.log(
  `at rest a minute later: ${atRestMb.toFixed(1)} MB, ${(atRestMb / restedMb).toFixed(2)} of before (at most ${mostAtRest})`,
);
console.log(`took ${tookMinutes.toFixed(0)} minutes`);
console.log(isMet ? 'met' : 'NOT met');
process.exitCode = isMet ? 0 : 1;

/** Asks so many times, a new conversation now and then. */
async function turn(count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 1) {
    if (done % turnsEach === 0) ({ conversationId } = await signedIn.askWarm());
    else await signedIn.askOn(conversationId);
    done += 1;
  }
}

/** What a window reads in the meantime. */
async function look(client: PosternClient): Promise<void> {
  const { items } = await client.conversations({ limit: 40 });
  await client.conversations({ search: 'sandbox' });
  for (const { id } of items.slice(0, 3)) await client.conversation(id, { limit: 120 });
  await client.receipts();
  await client.timeline();
  await client.usage();
  const leaving = new AbortController();
  for await (const _event of client.events({
    signal: leaving.signal,
    onConnection: () => leaving.abort(),
  })) {
    // It is left as soon as it is open.
  }
}

function weighMb(): number {
  return residentBytes(ready.pid) / 1e6;
}

/**
 * What the run adds at the rate of its last three quarters: twice what lies between the medians of its second quarter and of its last. The
 * first quarter rises from what a collection at rest has left, and single samples say when something was collected last.
 */
function growthOf(samples: readonly number[]): number {
  const quarter = Math.ceil(samples.length / 4);
  return 2 * (median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter)));
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`${name} must be a whole number`);
  process.exit(usageExitCode);
}
