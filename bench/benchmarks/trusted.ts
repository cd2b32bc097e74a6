import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PosternClient } from '@postern/client';
import type { QueryRequest } from '@postern/contract';
import { noisePicture } from '../../packages/sidecar/test/support/agent/noise-picture.ts';
import { waitUntil } from '../../test/end-to-end/harness/wait-until.ts';
import type { Benchmark, Bound } from '../benchmark.ts';
import { createBareSdk } from '../harness/bare-query.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { startSignedIn } from '../harness/start-signed-in.ts';
import { startStandIn } from '../harness/start-stand-in.ts';

const usualRounds = 20;
const warmUps = 1;
const pictureBytes = 5_000_000;
/** The next spare begins within it. */
const restMs = 2_000;
const instructions = '# Project\n\nUse tabs. Write tests first. Answer in one sentence.\n'.repeat(20);

/** What trust, a picture and the copies for undoing cost on the way to the first text. */
export const trusted: Benchmark = {
  name: 'trusted',
  how: 'From the call to the first piece of the answer, every kind once a round, the same sandbox. Folders: by HTTP, one with a CLAUDE.md that is trusted and one without; begun: with the query; prepared: after `POST /conversations`, the program ready. Picture: the second question of a conversation in its running program, 5 MB sent before (`POST /attachments`), beside the same question to the bare SDK in its running program. Copies: the bare SDK with `enableFileCheckpointing` and without.',
  async run({ rounds }) {
    await using standIn = await startStandIn();
    await using signedIn = await startSignedIn(standIn);
    using bare = createBareSdk(standIn.ready);
    const { client, household } = signedIn.postern;
    const folders = {
      trusted: join(household.workspace, 'trusted'),
      plain: join(household.workspace, 'plain'),
    };
    for (const folder of Object.values(folders)) mkdirSync(folder);
    writeFileSync(join(folders.trusted, 'CLAUDE.md'), instructions);
    const { hash } = await client.workspace(folders.trusted);
    await client.trustWorkspace({ path: folders.trusted, hash });

    const picture = noisePicture(pictureBytes);
    const { path } = await client.attach({
      name: 'noise.png',
      type: 'image/png',
      bytes: Uint8Array.from(picture),
    });
    using alone = bare.converse();
    const { conversationId } = await signedIn.askWarm();
    await alone.ask('Hello');

    const taken = { begun: pair(), prepared: pair(), picture: pair(), copies: pair() };
    /** Whatever starts after a turn has started, and is at rest. */
    const atRest = async (): Promise<void> => {
      await pause(restMs);
      await signedIn.warm();
    };
    const begun = async (workspace: string) => {
      await atRest();
      return await firstTextMs(client, { workspace });
    };
    const prepared = async (workspace: string) => {
      await atRest();
      const reserved = await client.reserveConversation({ workspace });
      const own = `--session-id=${reserved.conversationId}`;
      await waitUntil('its program', async () =>
        household.processes().some(({ command }) => command.includes(own)),
      );
      await atRest();
      return await firstTextMs(client, reserved);
    };
    const pictured = async () => {
      // Its program may have left for those of other conversations.
      await firstTextMs(client, { conversationId });
      await atRest();
      return await firstTextMs(client, { conversationId, attachments: [{ path }] });
    };
    const source = {
      type: 'base64' as const,
      media_type: 'image/png' as const,
      data: picture.toString('base64'),
    };
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
      const one = {
        begun: [await begun(folders.trusted), await begun(folders.plain)],
        prepared: [await prepared(folders.trusted), await prepared(folders.plain)],
        picture: [
          await pictured(),
          await alone.ask([
            { type: 'text', text: 'Hello' },
            { type: 'image', source },
          ]),
        ],
        copies: [
          (await bare.ask({ enableFileCheckpointing: true })).firstTextMs,
          (await bare.ask()).firstTextMs,
        ],
      } as const;
      if (round < 0) continue;
      for (const kind of ['begun', 'prepared', 'picture', 'copies'] as const) {
        taken[kind].ours.push(one[kind][0]);
        taken[kind].values.push(one[kind][1]);
      }
    }
    const row = (
      what: string,
      { ours, values }: Pair,
      name: string,
      bound?: ReturnType<typeof ratioAtMost>,
    ) => rowOf({ what, unit: 'ms', ours, peer: { name, values }, ...(bound === undefined ? {} : { bound }) });
    return [
      row('first text, trusted folder with CLAUDE.md', taken.begun, 'untrusted', ratioAtMost(1.1)),
      row('the same, prepared', taken.prepared, 'untrusted', ratioAtMost(1.1)),
      row('first text after a picture of 5 MB', taken.picture, 'bare SDK', atMostMore(150)),
      row('first text with copies for undoing', taken.copies, 'without them'),
    ];
  },
};

interface Pair {
  readonly ours: number[];
  readonly values: number[];
}

function pair(): Pair {
  return { ours: [], values: [] };
}

/** A bound on how much longer ours takes. */
function atMostMore(limitMs: number): (ours: number, peer: number) => Bound {
  return (ours, peer) => ({ text: `≤ ${limitMs} ms more`, met: ours - peer <= limitMs });
}

/** A query to its end. */
async function firstTextMs(client: PosternClient, more: Partial<QueryRequest>): Promise<number> {
  const startedAt = performance.now();
  let first = Number.NaN;
  for await (const { event, data } of client.runQuery({ prompt: 'Hello', ...more })) {
    if (event === 'assistant_text' && Number.isNaN(first)) first = performance.now() - startedAt;
    if (event === 'error') throw new Error(`the query ended in ${data.code}`);
  }
  return first;
}
