import { PosternError } from '@postern/client';
import type { Benchmark, Figure, Row } from '../benchmark.ts';
import { type BareSdk, createBareSdk } from '../harness/bare-query.ts';
import { median } from '../harness/median.ts';
import { rowOf } from '../harness/row-of.ts';
import { type SignedIn, startSignedIn } from '../harness/start-signed-in.ts';
import { type StandIn, startStandIn } from '../harness/start-stand-in.ts';
import { openTokenEndpoint } from '../harness/token-endpoint.ts';

const rounds = 20;
const warmUps = 1;
/** The bare SDK goes on for over 100 s with a dead key; what it is not done with by then it is not done with. */
const patienceMs = 15_000;
/** Of what takes seconds and differs by milliseconds. */
const fewRounds = 3;
const mostTimes = 1.3;

/** The access token is refused at the first call of a query: what Postern makes of it, and what the bare SDK does. */
export const refusedToken: Benchmark = {
  name: 'refused-token',
  how: 'The sandbox expires the token before each of the repaired queries and refuses it at the first call; both kinds once a round, each in a program that waits. A refresh is timed at the token endpoint itself. The bare SDK has a credential that the sandbox refuses; it is given 15 s. Postern answers a dead key with an error.',
  async run() {
    await using standIn = await startStandIn();
    await using signedIn = await startSignedIn(standIn);
    using bare = createBareSdk(standIn.ready);
    const repaired = await measureRepair(standIn, signedIn);
    return [
      repaired.row,
      ...(await whatTheBareSdkDoes(bare, repaired.medianMs, await deadKey(standIn, signedIn))),
    ];
  },
};

async function measureRepair(
  standIn: StandIn,
  signedIn: SignedIn,
): Promise<{ readonly row: Row; readonly medianMs: number }> {
  const endpoint = await openTokenEndpoint(standIn.ready);
  const [healthy, refused, refresh]: [number[], number[], number[]] = [[], [], []];
  for (let round = -warmUps; round < rounds; round += 1) {
    const { firstTextMs } = await signedIn.askWarm();
    await signedIn.warm();
    const refreshMs = await endpoint.refreshMs();
    const before = await standIn.refreshes();
    await standIn.control('expire');
    const repaired = await signedIn.askWarm();
    const refreshes = (await standIn.refreshes()) - before;
    if (refreshes !== 1) throw new Error(`one refresh was to be measured, and ${refreshes} were made`);
    if (round < 0) continue;
    healthy.push(firstTextMs);
    refused.push(repaired.firstTextMs);
    refresh.push(refreshMs);
  }
  const roundTripMs = median(refresh);
  const row = rowOf({
    what: 'first text, the token refused at the first call',
    unit: 'ms',
    ours: refused,
    peer: { name: 'Postern, healthy', values: healthy },
    bound: (ours, peer) => {
      const limitMs = peer * mostTimes + roundTripMs;
      const text = `≤ ${mostTimes.toFixed(2)} + a refresh (${roundTripMs.toFixed(1)} ms): ${limitMs.toFixed(0)} ms`;
      return { text, met: ours <= limitMs };
    },
  });
  return { row, medianMs: median(refused) };
}

/** Milliseconds to Postern's error where a dead key is all there is. */
async function deadKey({ ready, control }: StandIn, { postern, warm }: SignedIn): Promise<number> {
  const { client } = postern;
  await client.updateSettings({ apiKey: ready.apiKey });
  await client.auth.signOut();
  await control('key', { refuse: true });
  const took: number[] = [];
  for (let round = 0; round < fewRounds; round += 1) {
    await warm();
    const startedAt = performance.now();
    try {
      for await (const { event } of client.runQuery({ prompt: 'Hello' }))
        if (event === 'assistant_text') throw new Error('a dead key was accepted');
    } catch (error) {
      if (!(error instanceof PosternError)) throw error;
    }
    took.push(performance.now() - startedAt);
  }
  return median(took);
}

async function whatTheBareSdkDoes(
  bare: BareSdk,
  repairedMs: number,
  deadKeyMs: number,
): Promise<readonly Row[]> {
  const dead = {
    CLAUDE_CODE_OAUTH_TOKEN: 'dead-token',
    ANTHROPIC_AUTH_TOKEN: 'dead-token',
    ANTHROPIC_API_KEY: 'sk-ant-api03-dead-key-dead-key',
  };
  const row = async (name: keyof typeof dead, ourMs: number): Promise<Row> => {
    const took: (number | null)[] = [];
    while (took.length < fewRounds && took.at(-1) !== null)
      took.push(await bare.refusedAfterMs({ [name]: dead[name] }, patienceMs));
    return {
      what: `the same in the bare SDK, ${name}`,
      count: took.length,
      ours: { value: ourMs, unit: 'ms' },
      peer: { ...refusal(took), name: 'bare query()' },
      ratio: null,
      bound: null,
    };
  };
  // Those that wait for nothing but their own back-off do so side by side.
  return await Promise.all([
    row('CLAUDE_CODE_OAUTH_TOKEN', repairedMs),
    row('ANTHROPIC_AUTH_TOKEN', repairedMs),
    row('ANTHROPIC_API_KEY', deadKeyMs),
  ]);
}

function refusal(took: readonly (number | null)[]): Figure {
  const ended = took.filter((ms) => ms !== null);
  if (ended.length < took.length)
    return { value: patienceMs, unit: 'ms', text: `> ${patienceMs / 1000} s, still retrying` };
  return { value: median(ended), unit: 'ms', text: `fails after ${median(ended).toFixed(0)} ms` };
}
