import type { Benchmark } from '../benchmark.ts';
import { buildScripts, type Scripts } from '../harness/build-scripts.ts';
import { foundations } from '../harness/foundations.ts';
import { rowOf } from '../harness/row-of.ts';
import { liveArguments, runMs, sandboxArguments, startScript } from '../harness/run-script.ts';

const usualRounds = 20;
const warmUps = 1;
const bareName = 'node that does nothing';
const olderName = 'the older checkout';
const packagesName = 'node with the same packages';

type Measure = readonly [what: string, measure: () => Promise<number>];

/** How long a person waits for the command line, and for a sidecar that is ready. */
export const start: Benchmark = {
  name: 'start',
  how: 'From the start of the process to its end, or to the ready line: the bundle that a person installs, and the checkout, whose TypeScript Node strips at its first start and keeps for the next. Node that does nothing is what any command in Node takes at least, and Node that loads the packages that Postern is built on, and listens, what a start does. With --against <checkout> the same of that one, in turn.',
  async run({ against, rounds }) {
    using scripts = await buildScripts();
    using older = against === null ? null : await buildScripts(against);
    const measures = measuresOf(scripts);
    const before = older === null ? [] : measuresOf(older);
    const [ours, theirs] = [measures, before].map((all) => all.map((): number[] => [])) as [
      number[][],
      number[][],
    ];
    const node: number[] = [];
    const packages: number[] = [];
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
      const bareMs = await runMs(['--eval', '']);
      const packagesMs = await runMs(foundations(false, 'process.exit();'));
      if (round >= 0) {
        node.push(bareMs);
        packages.push(packagesMs);
      }
      for (const [at, [, measure]] of measures.entries()) {
        const ms = await measure();
        const olderMs = await before[at]?.[1]();
        if (round < 0) continue;
        ours[at]?.push(ms);
        if (olderMs !== undefined) theirs[at]?.push(olderMs);
      }
    }
    const rows = measures.map(([what], at) =>
      rowOf({ what, unit: 'ms', ours: ours[at] ?? [], peer: { name: bareName, values: node } }),
    );
    const beside = before.map(([what], at) =>
      rowOf({ what, unit: 'ms', ours: ours[at] ?? [], peer: { name: olderName, values: theirs[at] ?? [] } }),
    );
    const [, , live = []] = ours;
    const floor = rowOf({
      ...{ what: 'postern start --live to its ready line, as installed', unit: 'ms', ours: live },
      peer: { name: packagesName, values: packages },
    });
    return [...rows, floor, ...beside];
  },
};

function measuresOf({ installed, checkout }: Scripts): readonly Measure[] {
  return [
    ['postern --help, as installed', () => runMs([installed, '--help'])],
    ['the same out of the checkout', () => runMs([checkout, '--help'])],
    ['postern start --live to its ready line, as installed', () => readyMs(installed, liveArguments)],
    ['postern start --sandbox, as installed', () => readyMs(installed, sandboxArguments)],
    ['the same out of the checkout (npm start)', () => readyMs(checkout, sandboxArguments)],
  ];
}

async function readyMs(script: string, more: readonly string[]): Promise<number> {
  await using postern = await startScript(script, more);
  return postern.readyAfterMs;
}
