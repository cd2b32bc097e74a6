/** `npm run check`: format, types, dead code, architecture and unit tests. Meant to stay under 20 s; CONTRIBUTING.md says what it takes. */
import { runCommand } from './run-command.ts';

type Step = readonly [name: string, program: string, ...args: string[]];

const shards = 3;
const tests = Array.from(
  { length: shards },
  (_, at): Step => [
    `unit tests ${at + 1}/${shards}`,
    'vitest',
    ...['run', '--project', 'unit', `--shard=${at + 1}/${shards}`],
  ],
);
const statics: readonly Step[] = [
  ['format and lint', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of contract', 'tsc', '-p', 'packages/contract'],
  ['types of client', 'tsc', '-p', 'packages/client'],
  ['types of ui', 'tsc', '-p', 'packages/ui'],
  ['types of ui tests', 'tsc', '-p', 'packages/ui/test'],
  ['dead code', 'knip', '--no-progress'],
];

const startedAt = Date.now();
const [first, ...others] = tests;
const waiting: Step[] = [...(first === undefined ? [] : [first]), ...statics, ...others];
/** Two at a time, as the machine may have two cores only; whichever is free takes the next. */
const outcomes = await Promise.all([inTurn(waiting), inTurn(waiting)]);
const failed = outcomes.flat().filter((name) => name !== null);
const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `check: all green in ${seconds} s`
    : `check: failed: ${failed.join(', ')} (${seconds} s)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Takes steps from the list until it is empty. */
async function inTurn(some: Step[]): Promise<(string | null)[]> {
  const results: (string | null)[] = [];
  for (let step = some.shift(); step !== undefined; step = some.shift()) {
    const [name, program, ...args] = step;
    const { exitCode, output } = await runCommand(program, args);
    if (exitCode !== 0) console.log(`\n--- ${name}\n${output}`);
    results.push(exitCode === 0 ? null : name);
  }
  return results;
}
