import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const slow = [
  'packages/*/{src,test}/**/*.slow.test.{ts,tsx}',
  'test/{end-to-end,faults,keychain,packaging,reliability,security}/**/*.test.ts',
];

/**
 * In a test that says how long something took or how much memory it holds, or that looks through all processes and files of the machine:
 * it would measure another file at its side, or find what that one hides.
 */
const needsTheMachine =
  /performance\.now|memoryUsage|residentBytes|longest|killedAt|\/proc\/\[0-9\]|\/proc\/net|find \/ /;

const root = import.meta.dirname;
const alone = globSync(slow, { cwd: root, exclude: ['**/node_modules/**'] }).filter((file) =>
  needsTheMachine.test(readFileSync(join(root, file), 'utf8')),
);

/** Hooks install the packed program, which two at a time takes a while. */
const patience = { testTimeout: 120_000, hookTimeout: 300_000 };

/**
 * `unit` is what `npm run check` runs. The others meet real programs, browsers and many processes, and run in `npm test` after it: `slow`
 * two files at a time, and then `alone` one after the other.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'packages/*/test/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['**/*.slow.test.{ts,tsx}', '**/node_modules/**'],
          // One process serves many files: starting 147 of them took most of the time. A test puts back what it changes.
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: slow,
          exclude: [...alone, '**/node_modules/**'],
          ...patience,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          ...patience,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
