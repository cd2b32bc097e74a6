/**
 * `npm run soak [-- --turns N] [--minutes M]`: uses one sidecar for hours, by default 2,000 turns or two hours, whichever ends first, and
 * says what it holds more afterwards. Exits 1 where it grew by more than 5 MB or does not come back to rest within a minute.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PosternClient } from '@postern/client';
import { residentBytes } from '../test/end-to-end/harness/processes.ts';
import { median } from './harness/median.ts';
import { startSignedIn } from './harness/start-signed-in.ts';
import { startStandIn } from './harness/start-stand-in.ts';

const mostGrowthMb = 5;
const mostAtRest = 1.1;
const restMs = 60_000;
/** What is loaded and compiled once, and no growth. */
const firstTurns = 20;
const turnsEach = 5;
const samplesTogether = 5;
/** Source: sysexits(3). */
const usageExitCode = 64;

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '120' },
  },
});
const turns = wholeNumber('--turns', values.turns);
const endsAt = performance.now() + wholeNumber('--minutes', values.minutes) * 60_000;

await using service = await startStandIn();
await using signedIn = await startSignedIn(service);
const { client, ready } = signedIn.postern;
let done = 0;
let conversationId = '';

await turn(firstTurns);
await pause(restMs);
const restedMb = weighMb();
console.log(`at rest after ${firstTurns} turns: ${restedMb.toFixed(1)} MB`);
const samples: number[] = [];
while (done < firstTurns + turns && performance.now() < endsAt) {
  await turn(Math.min(turnsEach, firstTurns + turns - done));
  await look(client);
  samples.push(weighMb());
  if (samples.length % samplesTogether === 0)
    console.log(`${done - firstTurns} turns: ${median(samples.slice(-samplesTogether)).toFixed(1)} MB`);
}
await pause(restMs);
const atRestMb = weighMb();
const grownMb = growthOf(samples);
const isMet = grownMb <= mostGrowthMb && atRestMb <= restedMb * mostAtRest;
console.log(`grown over ${done - firstTurns} turns: ${grownMb.toFixed(1)} MB (at most ${mostGrowthMb})`);
console.log(
  `at rest a minute later: ${atRestMb.toFixed(1)} MB, ${(atRestMb / restedMb).toFixed(2)} of before (at most ${mostAtRest})`,
);
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

/** From the first samples to the last: medians, as single ones say when something was collected last. */
function growthOf(samples: readonly number[]): number {
  return median(samples.slice(-samplesTogether)) - median(samples.slice(0, samplesTogether));
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`${name} must be a whole number`);
  process.exit(usageExitCode);
}
