import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approveOverHttp } from '@postern/sandbox';
import type { Benchmark } from '../benchmark.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { type SignedIn, startSignedIn } from '../harness/start-signed-in.ts';
import { type StandIn, startStandIn } from '../harness/start-stand-in.ts';

const usualRounds = 20;
const warmUps = 1;
const mostTimes = 1.25;

/** From Connect to the first text, at a server that wants a pushed request and an assertion for each request, and at one that wants neither. */
export const signIn: Benchmark = {
  name: 'sign-in',
  how: 'From Connect to the address for the browser, and from its return to the first text of an answer, in a program that waits; the pages between are left out. Both sandboxes and the three sidecars run side by side, and each signs in once a round, in an order that moves on by one each round, after what the others start for their next conversation is at rest. The assertion is in a file that is written before each round, or that file is printed by `cat`, started for each request: how long another program takes to start is the operator’s.',
  async run({ rounds }) {
    const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
    const assertionFile = join(folder, 'assertion');
    try {
      await using plain = await startStandIn();
      await using platform = await startStandIn({});
      const renew = (): Promise<void> => writeAssertion(platform, assertionFile);
      await renew();
      await using bare = await startSignedIn(plain);
      await using byFile = await startSignedIn(platform, {
        variables: platformVariables(platform, { POSTERN_OAUTH_CLIENT_ASSERTION_FILE: assertionFile }),
      });
      await using byProgram = await startSignedIn(platform, {
        variables: platformVariables(platform, {
          POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND: JSON.stringify(['cat', assertionFile]),
        }),
      });
      const sides: readonly Side[] = [bare, byFile, byProgram].map((signedIn) => ({ signedIn, tookMs: [] }));
      for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
        await renew();
        for (const { signedIn, tookMs } of startingAt(sides, round + warmUps)) {
          for (const side of sides) await side.signedIn.warm();
          const ms = await signedInMs(signedIn);
          if (round >= 0) tookMs.push(ms);
        }
      }
      const [without, file, program] = sides.map(({ tookMs }) => tookMs);
      const peer = { name: 'Postern, without', values: without ?? [] };
      const bound = ratioAtMost(mostTimes);
      const what = 'sign-in to first text, pushed, with an assertion';
      return [
        rowOf({ what: `${what} of a file`, unit: 'ms', ours: file ?? [], peer, bound }),
        rowOf({ what: `${what} of a program`, unit: 'ms', ours: program ?? [], peer, bound }),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Side {
  readonly signedIn: SignedIn;
  readonly tookMs: number[];
}

/** All of them, another one first each time: what one leaves for the next to bear falls on each alike. */
function startingAt(sides: readonly Side[], turn: number): readonly Side[] {
  const first = turn % sides.length;
  return [...sides.slice(first), ...sides.slice(0, first)];
}

/** Milliseconds of one sign-in and one answer, without the browser's pages. */
async function signedInMs({ postern, askWarm }: SignedIn): Promise<number> {
  const { auth } = postern.client;
  await auth.signOut();
  const beganAt = performance.now();
  const { authorizationUrl } = await auth.start();
  const beginningMs = performance.now() - beganAt;
  const redirect = await approveOverHttp(authorizationUrl);
  const returnedAt = performance.now();
  const page = await fetch(redirect);
  await page.text();
  const returningMs = performance.now() - returnedAt;
  if (!page.ok) throw new Error(`the sign-in ended with ${page.status}`);
  const { firstTextMs } = await askWarm();
  return beginningMs + returningMs + firstTextMs;
}

function platformOf({ ready }: StandIn): NonNullable<StandIn['ready']['platform']> {
  if (ready.platform === null) throw new Error('the sandbox is not the platform’s');
  return ready.platform;
}

function platformVariables(
  standIn: StandIn,
  assertion: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { authorizationEndpoint, parEndpoint, revocationEndpoint, tokenEndpoint, userProfileId } =
    platformOf(standIn);
  return {
    ...assertion,
    POSTERN_OAUTH_PROFILE: 'claude_platform',
    POSTERN_OAUTH_AUTHORIZATION_ENDPOINT: authorizationEndpoint,
    POSTERN_OAUTH_PAR_ENDPOINT: parEndpoint,
    POSTERN_OAUTH_TOKEN_ENDPOINT: tokenEndpoint,
    POSTERN_OAUTH_REVOCATION_ENDPOINT: revocationEndpoint,
    POSTERN_OAUTH_PAR_PARAMETERS: JSON.stringify({ user_profile_id: userProfileId }),
  };
}

/** As the operator's own program does, before the last one ends. */
async function writeAssertion({ ready }: StandIn, file: string): Promise<void> {
  writeFileSync(file, await (await fetch(`${ready.url}/sandbox/assertion`)).text(), { mode: 0o600 });
}
