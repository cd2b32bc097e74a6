/**
 * `npm run check [-- --all]`: format, types, dead code, architecture and unit tests; of the unit tests and the format, what has changed since
 * the last green check or depends on it. `--all`, and the first time: everything. CONTRIBUTING.md says what it takes.
 */
import { changesSince, keepSnapshot, takeSnapshot } from './changed-tests.ts';
import { runCommand } from './run-command.ts';

type Step = readonly [name: string, program: string, ...args: string[]];

const startedAt = Date.now();
const snapshot = await takeSnapshot();
const changes = process.argv.includes('--all') ? null : changesSince(snapshot);

/** One process tests many files: as many pieces as leave no core waiting at the end. */
const filesEach = 24;
const mostShards = 3;
const files = changes?.tests ?? [];
const shards = changes === null ? mostShards : Math.min(mostShards, Math.ceil(files.length / filesEach));
const tests = Array.from({ length: shards }, (_, at): Step => {
  const part = shards === 1 ? [] : [`--shard=${at + 1}/${shards}`];
  return [`unit tests ${at + 1}/${shards}`, 'vitest', 'run', '--project', 'unit', ...files, ...part];
});
const formatted = changes?.files ?? ['.'];
const statics: readonly Step[] = [
  [
    ...(['format and lint', 'biome', 'check', '--error-on-warnings', '--no-errors-on-unmatched'] as const),
    ...formatted,
  ],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of contract', 'tsc', '-p', 'packages/contract'],
  ['types of client', 'tsc', '-p', 'packages/client'],
  ['types of ui', 'tsc', '-p', 'packages/ui'],
  ['types of ui tests', 'tsc', '-p', 'packages/ui/test'],
  ['dead code', 'knip', '--no-progress'],
];

const [first, ...others] = tests;
const unformatted = changes !== null && changes.files.length === 0;
const waiting: Step[] = [
  ...(first === undefined ? [] : [first]),
  ...(unformatted ? statics.slice(1) : statics),
  ...others,
];
/** Two at a time, as the machine may have two cores only; whichever is free takes the next. */
const outcomes = await Promise.all([inTurn(waiting), inTurn(waiting)]);
const failed = outcomes.flat().filter((name) => name !== null);
const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `check: all green in ${seconds} s`
    : `check: failed: ${failed.join(', ')} (${seconds} s)`,
);
if (failed.length === 0) keepSnapshot(snapshot);
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
