import { defineConfig } from 'vitest/config';

/** `unit` is what `npm run check` runs; `slow` meets real programs, browsers and many processes, and runs in `npm test`. */
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
          include: [
            'packages/*/{src,test}/**/*.slow.test.{ts,tsx}',
            'test/{end-to-end,faults,keychain,packaging,reliability,security}/**/*.test.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
