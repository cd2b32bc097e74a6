import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bash, openApprovalsHouse, write } from '../../test/security/harness/approvals.ts';
import type { Attempt } from '../../test/security/harness/hostile-model.ts';
import type { Benchmark } from '../benchmark.ts';
import { atMost, rowOf } from '../harness/row-of.ts';
import { startProgram } from '../harness/start-program.ts';
import { watchPauses } from '../harness/watch-pauses.ts';
import type { BareAgentOrder, BareAgentReady } from '../programs/bare-agent.program.ts';

const rounds = 3;
/** The model takes any. */
const apiKey = `sk-ant-api03-${'k'.repeat(40)}`;
const mebibyte = 1024 * 1024;

/** What a model may send: the file as it is, and the call that would change it. */
type Shape = readonly [what: string, before: string, attempt: (path: string) => Attempt];

const lines = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('\n');

const shapes: readonly Shape[] = [
  [
    'every line of a file of 16 kB changes',
    `${lines(8_000, () => 'a')}\n`,
    (path) => ({
      tool: 'Edit',
      input: { file_path: path, old_string: 'a', new_string: 'b', replace_all: true },
    }),
  ],
  [
    'a file of 1 MiB, every line another',
    lines(200_000, (at) => `${at % 7}`),
    (path) =>
      write(
        path,
        lines(200_000, (at) => `${(at * 3) % 11}`),
      ),
  ],
  ['1 MiB of line ends', '\n'.repeat(mebibyte), (path) => write(path, '\n'.repeat(mebibyte - 1))],
  ['1 MiB in one line', 'x'.repeat(mebibyte), (path) => write(path, 'y'.repeat(mebibyte))],
  ['1 MiB of marks that turn the direction', '', (path) => write(path, '\u202E'.repeat(mebibyte / 3))],
  ['a command of 1 MiB', '', () => bash(`echo ${'x'.repeat(mebibyte)}`)],
];

/** How long the sidecar is away while it works on what a model sent: the longest answer of `/health`. */
export const pause: Benchmark = {
  name: 'pause',
  how: '`/health` asked every 2 ms, over HTTP and by a process that does nothing else, while the real program asks for permission and is told no. The longest answer of each query. The peer is a server of its own around a bare `query()`, which has the same model.',
  async run() {
    const house = await openApprovalsHouse();
    const { url } = house.postern.ready;
    try {
      await using bare = await startProgram<BareAgentReady>('bare-agent', {
        apiBaseUrl: house.model.url,
        apiKey,
      } satisfies BareAgentOrder);
      await using ourWatch = await watchPauses(url);
      await using theirWatch = await watchPauses(bare.ready.url);
      const rows = [];
      for (const [what, before, attempt] of shapes) {
        const [ours, theirs]: [number[], number[]] = [[], []];
        for (let round = 0; round < rounds; round += 1) {
          const path = join(house.work, `pause-${round}.txt`);
          writeFileSync(path, before);
          const attempts: Attempt[] = [
            { tool: 'Read', input: { file_path: path, limit: 10 } },
            attempt(path),
          ];
          ours.push(await ourWatch.longestDuring(() => house.attempt(attempts, () => 'deny')));
          theirs.push(await theirWatch.longestDuring(() => bare.ask('again')));
        }
        rows.push(
          rowOf({
            ...{ what, unit: 'ms', ours },
            peer: { name: 'bare query()', values: theirs },
            bound: atMost(100, 'ms'),
          }),
        );
      }
      return rows;
    } finally {
      await house.close();
    }
  },
};
