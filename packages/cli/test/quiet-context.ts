import type { Context } from '../src/context.ts';

/** A command's context in a data directory of its own, whose `postern start` starts nothing. */
export function quietContext(dataDir: string, more: object = {}): Context {
  return {
    options: { mode: 'live', dataDir, store: null, json: false },
    environment: {},
    platform: process.platform,
    homeDir: dataDir,
    cwd: dataDir,
    selfCommand: [process.execPath, '-e', 'process.exit(1)'],
    ...more,
  } as unknown as Context;
}
