/** `npm test`: installs the test dependencies, then runs all tests. Ends with the line `N passed, N failed`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.ts';
import { runCommand } from './run-command.ts';

await installDebianPackages();
const folder = await mkdtemp(join(tmpdir(), 'postern-test-'));
const report = join(folder, 'report.json');
const reporters = ['default', 'json', './test/slowest-files.ts'].map((each) => `--reporter=${each}`);
const statics: readonly (readonly [string, ...string[]])[] = [
  ['biome', 'check', '--error-on-warnings', '.'],
  ['tsc', '-p', 'tsconfig.json'],
  ['tsc', '-p', 'packages/contract'],
  ['tsc', '-p', 'packages/client'],
  ['tsc', '-p', 'packages/ui'],
  ['tsc', '-p', 'packages/ui/test'],
  ['knip', '--no-progress'],
];
// The statics go beside the unit tests, which come first; both are over long before a test that needs the machine alone begins.
const [staticFailures, tests] = await Promise.all([
  countFailures(),
  runCommand('vitest', ['run', ...reporters, `--outputFile.json=${report}`], { show: true }),
]);
const counts = countsOf(await readFile(report, 'utf8').catch(() => '{}'));
await rm(folder, { recursive: true, maxRetries: 5 });
const failed = counts.failed + staticFailures + (tests.exitCode !== 0 && counts.failed === 0 ? 1 : 0);
console.log(`${counts.passed + statics.length - staticFailures} passed, ${failed} failed`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

function countsOf(json: string): { readonly passed: number; readonly failed: number } {
  const { numPassedTests = 0, numFailedTests = 0 } = JSON.parse(json) as Record<string, number>;
  return { passed: numPassedTests, failed: numFailedTests };
}

async function countFailures(): Promise<number> {
  let failures = 0;
  for (const [program, ...args] of statics) {
    const { exitCode, output } = await runCommand(program, args);
    if (exitCode === 0) continue;
    failures += 1;
    console.log(`${program} ${args.join(' ')}\n${output}`);
  }
  return failures;
}
