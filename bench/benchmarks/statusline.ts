import type { Benchmark } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { atMost, rowOf } from '../harness/row-of.ts';
import { runMs, sandboxArguments, startScript } from '../harness/run-script.ts';

const usualRounds = 20;
const warmUps = 2;
const mostMs = 60;

/** What a status bar waits for, every few seconds. */
export const statusline: Benchmark = {
  name: 'statusline',
  how: 'postern statusline with a sidecar that runs in the sandbox, from the start of the process to its end: the bundle that a person installs, and the checkout. Node that does nothing is what any command in Node takes at least.',
  async run({ rounds }) {
    using scripts = await buildScripts();
    await using sidecar = await startScript(scripts.installed, sandboxArguments);
    const ask = (script: string) => () => runMs([script, 'statusline', '--data-dir', sidecar.ready.dataDir]);
    const sides = [ask(scripts.installed), ask(scripts.checkout), () => runMs(['--eval', ''])] as const;
    const taken: readonly number[][] = sides.map(() => []);
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1)
      for (const [at, measure] of sides.entries()) {
        const ms = await measure();
        if (round >= 0) taken[at]?.push(ms);
      }
    const [installed = [], checkout = [], node = []] = taken;
    const peer = { name: 'node that does nothing', values: node };
    const unit = 'ms';
    return [
      rowOf({
        what: 'postern statusline, as installed',
        unit,
        ours: installed,
        peer,
        bound: atMost(mostMs, unit),
      }),
      rowOf({ what: 'the same out of the checkout', unit, ours: checkout, peer }),
    ];
  },
};
