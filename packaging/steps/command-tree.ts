import { Readable, Writable } from 'node:stream';
import { createProgram } from '../../packages/cli/src/program.ts';

/** A command with its options and subcommands. */
export type CommandNode = ReturnType<typeof createProgram>;

/** The commands as they are, in a world in which none is run. */
export function commandTree(version: string): CommandNode {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = {
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: nowhere,
    onInterrupt: () => () => undefined,
    interrupt: () => undefined,
    pause: async () => undefined,
  };
  const world = {
    io,
    environment: {},
    platform: process.platform,
    cwd: '/',
    homeDir: '/',
    selfCommand: [],
    loadSidecar: () => Promise.reject(new Error('nothing is run here')),
  };
  return createProgram(world, version, { exitCode: 0 });
}
