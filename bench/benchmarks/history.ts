import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { atMost, ratioAtMost, rowOf } from '../harness/row-of.ts';
import { type Program, startProgram } from '../harness/start-program.ts';
import {
  conversationId,
  saidInAll,
  saidInFew,
  writeConversation,
  writeConversations,
} from '../harness/write-conversations.ts';
import type {
  HistoryAnswer,
  HistoryOrder,
  HistoryQuestion,
  HistoryReady,
} from '../programs/history.program.ts';

const runs = 30;
const peerRuns = 3;
const [few, some, many] = [100, 1_500, 10_000] as const;
/** Of the long conversation: about 25 MB. */
const turns = 3_900;
const peerName = 'the Agent SDK’s list and messages';

type Side = Program<HistoryReady>;

/** What the list, a search and a page cost, by how many conversations there are. */
export const history: Benchmark = {
  name: 'history',
  how: 'In a process of its own, without HTTP. The peer is how Postern read before it had an index: the Agent SDK’s own listSessions and getSessionMessages in a thread, sorted and cut to 50; its search looks at titles only. Conversations of five turns and 30 kB, a folder each, on a warm page cache; the long one has 3,900 turns. Memory: the highest resident size during the first read less that before it. Making the index includes every file, and the pause is the longest for which nothing else could run.',
  async run() {
    const root = mkdtempSync(join(tmpdir(), 'postern-bench-'));
    try {
      const started = (side: HistoryOrder['side'], name: string): Promise<Side> => {
        const dataDir = join(root, name);
        return startProgram('history', {
          side,
          dataDir,
          configDir: join(dataDir, 'claude'),
        } satisfies HistoryOrder);
      };
      for (const count of [few, some, many]) {
        mkdirSync(join(root, String(count)), { mode: 0o700 });
        writeConversations(join(root, String(count), 'claude'), count);
      }
      writeConversation(join(root, String(some), 'claude'), some, turns);
      await using peer = await started('peer', String(some));
      await using hundred = await started('ours', String(few));
      await using hundreds = await started('ours', String(some));
      await using thousands = await started('ours', String(many));
      const long = conversationId(some);
      const weigh = async (weigh: string | null): Promise<{ ours: number[]; peer: number[] }> => ({
        ours: [(await ask(hundreds, { weigh })) / 1e6],
        peer: [(await ask(peer, { weigh })) / 1e6],
      });
      const beside = async (question: HistoryQuestion): Promise<{ ours: number[]; peer: number[] }> => ({
        ours: await times(hundreds, question, runs),
        peer: await times(peer, question, peerRuns),
      });
      const grown = async (question: HistoryQuestion): Promise<{ ours: number[]; peer: number[] }> => ({
        ours: await times(thousands, question, runs),
        peer: await times(hundred, question, runs),
      });
      const row = (
        what: string,
        unit: 'ms' | 'MB',
        { ours, peer }: { ours: number[]; peer: number[] },
        name: string,
        most: number,
      ) => rowOf({ what, unit, ours, peer: { name, values: peer }, bound: ratioAtMost(most) });
      const small = `the same with ${few}`;
      return [
        row('memory added by reading the list of 1,500', 'MB', await weigh(null), peerName, 0.02),
        row('memory added by a page of the 25 MB conversation', 'MB', await weigh(long), peerName, 0.08),
        row('the list of 1,500', 'ms', await beside({ list: null }), peerName, 0.01),
        row('a search in 1,500, of a word in all', 'ms', await beside({ list: saidInAll }), peerName, 0.02),
        row('a page of a 25 MB conversation', 'ms', await beside({ items: long }), peerName, 0.08),
        row('the list of 10,000', 'ms', await grown({ list: null }), small, 1.3),
        row('a search in 10,000, of a word in all', 'ms', await grown({ list: saidInAll }), small, 1.3),
        row('a page of one of 10,000', 'ms', await grown({ items: conversationId(7) }), small, 1.3),
        rowOf({
          what: 'a search in 10,000, of a word in each hundredth',
          unit: 'ms',
          ours: await times(thousands, { list: saidInFew }, runs),
          peer: null,
        }),
        rowOf({
          what: 'the index of 10,000 made anew',
          unit: 'ms',
          ours: [thousands.ready.madeMs],
          peer: null,
        }),
        rowOf({
          what: 'the longest pause while it is made',
          unit: 'ms',
          ours: [Math.max(...[hundred, hundreds, thousands].map(({ ready }) => ready.longestPauseMs))],
          peer: null,
          bound: atMost(100, 'ms'),
        }),
      ];
    } finally {
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

async function ask(side: Side, question: HistoryQuestion): Promise<number> {
  return (await side.ask<HistoryAnswer>(question)).value;
}

async function times(side: Side, question: HistoryQuestion, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let run = 0; run < count; run += 1) all.push(await ask(side, question));
  return all;
}
