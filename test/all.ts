/** `npm test`: installs the test dependencies, then runs all tests. Ends with the line `N passed, N failed`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';
import { runCommand } from './run-command.ts';
import { runTwoAtATime, type StepOutcome, staticChecks, unitTests } from './steps.ts';

await installDebianPackages();
const folder = await mkdtemp(join(tmpdir(), 'postern-test-'));
const reportOf = (name: string): string => join(folder, `${name}.json`);
const reporters = (name: string): readonly string[] => [
  ...['default', 'json', './test/slowest-files.ts'].map((each) => `--reporter=${each}`),
  `--outputFile.json=${reportOf(name)}`,
];
const unit = unitTests(null, reporters);
const slow = 'slow tests';
const names = new Set([...unit.map(([name]) => name), slow]);

const outcomes = await runTwoAtATime(
  [...unit.slice(0, 1), ...staticChecks(['.']), ...unit.slice(1)],
  ({ name, exitCode, output }) => {
    if (names.has(name) || exitCode !== 0) console.log(`--- ${name}\n${output}`);
  },
);
// The machine is theirs: first two files at a time, then those one by one that say how long something takes or how much memory it holds.
const projects = ['--project', 'slow', '--project', 'alone'];
const last = await runCommand('vitest', ['run', ...projects, ...reporters(slow)], { show: true });
const counts = await Promise.all([...outcomes, { ...last, name: slow }].map(countsOf));
await rm(folder, { recursive: true, maxRetries: 5 });
const passed = counts.reduce((sum, each) => sum + each.passed, 0);
const failed = counts.reduce((sum, each) => sum + each.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** A step without tests is one itself. One with tests that failed, or left no report, without a failed test has failed as a whole. */
async function countsOf({ name, exitCode }: Pick<StepOutcome, 'name' | 'exitCode'>): Promise<{
  readonly passed: number;
  readonly failed: number;
}> {
  if (!names.has(name)) return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1 };
  const json = await readFile(reportOf(name), 'utf8').catch(() => '{}');
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = JSON.parse(json) as Record<
    string,
    number
  >;
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed };
}
