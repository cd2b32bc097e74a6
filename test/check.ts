/**
 * `npm run check [-- --all]`: format, types, dead code, architecture and unit tests; of the unit tests and the format, what has changed since
 * the last green check or depends on it. `--all`, and the first time: everything. CONTRIBUTING.md says what it takes.
 */
import { changesSince, keepSnapshot, takeSnapshot } from './changed-tests.ts';
import { runTwoAtATime, staticChecks, unitTests } from './steps.ts';

const startedAt = Date.now();
const snapshot = await takeSnapshot();
const changes = process.argv.includes('--all') ? null : changesSince(snapshot);

const tests = unitTests(changes?.tests ?? null);
const outcomes = await runTwoAtATime(
  [...tests.slice(0, 1), ...staticChecks(changes?.files ?? ['.']), ...tests.slice(1)],
  ({ name, exitCode, output }) => {
    if (exitCode !== 0) console.log(`\n--- ${name}\n${output}`);
  },
);
const failed = outcomes.filter(({ exitCode }) => exitCode !== 0).map(({ name }) => name);
const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `check: all green in ${seconds} s`
    : `check: failed: ${failed.join(', ')} (${seconds} s)`,
);
if (failed.length === 0) keepSnapshot(snapshot);
process.exitCode = failed.length === 0 ? 0 : 1;
