import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bash, openApprovalsHouse, write } from '../../test/security/harness/approvals.ts';
import type { Attempt } from '../../test/security/harness/hostile-model.ts';
import type { Benchmark } from '../benchmark.ts';
import { longestPause } from '../harness/longest-pause.ts';
import { atMost, rowOf } from '../harness/row-of.ts';

const rounds = 3;
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
  how: '`/health` asked every 2 ms, over HTTP from another process, while the real program asks for permission and the person says no. The longest answer of each query; the peer is the longest one while nothing is asked.',
  async run() {
    const house = await openApprovalsHouse();
    try {
      const { url } = house.postern.ready;
      const rows = [];
      for (const [what, before, attempt] of shapes) {
        const [ours, idle]: [number[], number[]] = [[], []];
        for (let round = 0; round < rounds; round += 1) {
          const path = join(house.work, `pause-${round}.txt`);
          writeFileSync(path, before);
          const read: Attempt = { tool: 'Read', input: { file_path: path, limit: 10 } };
          ours.push(
            await longestPause(
              url,
              house.attempt([read, attempt(path)], () => 'deny'),
            ),
          );
          idle.push(await longestPause(url, new Promise((resolve) => setTimeout(resolve, 500))));
        }
        rows.push(
          rowOf({
            ...{ what, unit: 'ms', ours },
            peer: { name: 'nothing asked', values: idle },
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
