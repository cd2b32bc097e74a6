import { delimiter, join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const slow = [
  'packages/*/{src,test}/**/*.slow.test.{ts,tsx}',
  'test/{end-to-end,faults,keychain,packaging,reliability,security}/**/*.test.ts',
];

/**
 * These have the machine to themselves: they say how long something takes on it or how much memory they hold, look at the sockets of all
 * its programs, or start so many programs that others would run into their limits.
 */
const alone = [
  'packages/sidecar/src/agent/agent-shown.slow.test.ts',
  'packages/sidecar/src/agent/history/large-lines.slow.test.ts',
  'packages/sidecar/src/http/flood.slow.test.ts',
  'packages/sidecar/src/store/processes.slow.test.ts',
  'packages/ui/test/code-colours.slow.test.ts',
  'packages/ui/test/heavy.slow.test.ts',
  'packages/ui/test/long-conversation.slow.test.ts',
  'test/end-to-end/answer-shapes.test.ts',
  'test/end-to-end/many-queries.test.ts',
  'test/reliability/many-processes.test.ts',
  'test/security/flood.test.ts',
  'test/security/second-user.test.ts',
];

/**
 * Hooks install the packed program, which two at a time takes a while. What is waited for has ten seconds instead of one: a bound that
 * counts stands in the test.
 */
const forPrograms = {
  // What they start as `postern` is built once.
  globalSetup: './test/build-postern-under-test.ts',
  testTimeout: 120_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 10_000 } },
  // Each start of the Agent SDK's program waits for npm where its sandbox works.
  env: { PATH: [join(import.meta.dirname, 'test/bin'), process.env['PATH']].join(delimiter) },
};

/**
 * `unit` is what `npm run check` runs. The others meet real programs, browsers and many processes, and run in `npm test` after it: `slow`
 * two files at a time, and then `alone` one after the other.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
          ...forPrograms,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          ...forPrograms,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
