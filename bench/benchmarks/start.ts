import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHousehold } from '../../test/end-to-end/harness/create-household.ts';
import { startPostern } from '../../test/end-to-end/harness/start-postern.ts';
import type { Benchmark } from '../benchmark.ts';
import { rowOf } from '../harness/row-of.ts';

const rounds = 20;
const warmUps = 1;
const bareNode = 'node that does nothing';

/** How long a person waits for the command line, and for a sidecar that is ready. */
export const start: Benchmark = {
  name: 'start',
  how: 'From the start of the process to its end, or to the ready line; out of the checkout, whose TypeScript Node strips at every start (an installed Postern is bundled). Node that does nothing is what any command in Node takes at least.',
  async run() {
    const [help, node, sandbox, live]: [number[], number[], number[], number[]] = [[], [], [], []];
    const household = createHousehold();
    try {
      for (let round = -warmUps; round < rounds; round += 1) {
        const took = [
          await runMs(() => household.begin(['--help']).ended()),
          await runMs(doNothing),
          await readyMs(['--sandbox', '--port', '0']),
          await readyMs(['--live', '--store', 'memory', '--port', '0']),
        ];
        if (round < 0) continue;
        for (const [at, values] of [help, node, sandbox, live].entries()) values.push(took[at] ?? Number.NaN);
      }
    } finally {
      await household.close();
    }
    const peer = { name: bareNode, values: node };
    return [
      rowOf({ what: 'postern --help', unit: 'ms', ours: help, peer }),
      rowOf({ what: 'postern start --sandbox, to the ready line', unit: 'ms', ours: sandbox, peer }),
      rowOf({ what: 'postern start --live, to the ready line', unit: 'ms', ours: live, peer }),
    ];
  },
};

async function runMs(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

async function doNothing(): Promise<void> {
  await once(spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' }), 'close');
}

async function readyMs(args: readonly string[]): Promise<number> {
  const postern = await startPostern({ args });
  await postern.stop();
  return postern.readyAfterMs;
}
