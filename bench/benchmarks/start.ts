import type { Benchmark } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { rowOf } from '../harness/row-of.ts';
import { liveArguments, runMs, sandboxArguments, startScript } from '../harness/run-script.ts';

const rounds = 20;
const warmUps = 1;

/** How long a person waits for the command line, and for a sidecar that is ready. */
export const start: Benchmark = {
  name: 'start',
  how: 'From the start of the process to its end, or to the ready line: the bundle that a person installs, and the checkout, whose TypeScript Node strips at its first start and keeps for the next. Node that does nothing is what any command in Node takes at least.',
  async run() {
    using scripts = await buildScripts();
    const measures = [
      ['postern --help, as installed', () => runMs([scripts.installed, '--help'])],
      ['the same out of the checkout', () => runMs([scripts.checkout, '--help'])],
      [
        'postern start --live to its ready line, as installed',
        () => readyMs(scripts.installed, liveArguments),
      ],
      ['postern start --sandbox, as installed', () => readyMs(scripts.installed, sandboxArguments)],
      ['the same out of the checkout (npm start)', () => readyMs(scripts.checkout, sandboxArguments)],
    ] as const;
    const ours = measures.map((): number[] => []);
    const node: number[] = [];
    for (let round = -warmUps; round < rounds; round += 1) {
      const bareMs = await runMs(['--eval', '']);
      if (round >= 0) node.push(bareMs);
      for (const [at, [, measure]] of measures.entries()) {
        const ms = await measure();
        if (round >= 0) ours[at]?.push(ms);
      }
    }
    return measures.map(([what], at) =>
      rowOf({
        what,
        unit: 'ms',
        ours: ours[at] ?? [],
        peer: { name: 'node that does nothing', values: node },
      }),
    );
  },
};

async function readyMs(script: string, more: readonly string[]): Promise<number> {
  await using postern = await startScript(script, more);
  return postern.readyAfterMs;
}
