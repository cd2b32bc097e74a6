import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { frame, json, stream } from '../../client/test/scripted-sidecar.ts';
import { signedOut } from '../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';

const program = fileURLToPath(new URL('../bin/postern.ts', import.meta.url));
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

/** Starts a command in a terminal of its own, and closes that once it shows the pattern. Source: script(1) of util-linux. */
async function closedAt(shows: RegExp, args: readonly string[]): Promise<() => string | null> {
  const ended = join(world.homeDir, 'ended');
  const note = join(world.homeDir, 'note.mjs');
  writeFileSync(
    note,
    `import { writeFileSync } from 'node:fs';
    process.on('exit', (code) => writeFileSync(${JSON.stringify(ended)}, String(code)));`,
  );
  const command = ['exec', process.execPath, '--import', note, program, ...args];
  const terminal = spawn('script', ['-qec', command.map((word) => `${word}`).join(' '), '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: world.homeDir,
      POSTERN_DATA_DIR: world.dataDir,
      SHELL: '/bin/sh',
    },
  });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  let shown = '';
  await new Promise<void>((resolve, reject) => {
    terminal.once('close', () => reject(new Error(shown)));
    terminal.stdout.on('data', (piece: Buffer) => {
      shown += piece.toString();
      if (shows.test(shown)) resolve();
    });
  });
  terminal.kill('SIGKILL');
  return () => (existsSync(ended) ? readFileSync(ended, 'utf8') : null);
}

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });

describe.skipIf(process.platform !== 'linux')('a terminal that is closed', () => {
  it('ends a sign-in that asks for a code as Ctrl-C does: it is withdrawn', async () => {
    const signIn = {
      ...{ signInId: 's1', authorizationUrl: 'https://example.org/authorize' },
      expiresAt: '2026-11-23T10:05:00.000Z',
    };
    world.sidecar.on(
      'GET /auth/anthropic/status',
      json({ ...signedOut, state: 'pending', pendingSignIn: signIn }),
    );
    world.sidecar.on('GET /auth/anthropic/start', json({ ...signIn, redirectUri: 'http://127.0.0.1:1/cb' }));
    world.sidecar.on('POST /auth/anthropic/cancel', json(signedOut));
    world.sidecar.on('GET /events', stream([], 'stay'));
    const exitCode = await closedAt(/paste the code/, ['login', '--no-browser']);
    await expect.poll(exitCode, { timeout: 10_000 }).toBe('130');
    await world.sidecar.arrived('POST /auth/anthropic/cancel');
  });

  it('stops a query that asks something as Ctrl-C does', async () => {
    const question = {
      ...{ requestId: 'r1', toolUseId: 't1', toolName: 'Bash', input: { command: 'true' } },
      expiresAt: '2026-11-23T10:05:00.000Z',
    };
    world.sidecar.on('POST /query', stream([started, frame(2, 'permission_request', question)], 'stay'));
    world.sidecar.on('POST /query/q1/cancel', json({}));
    const exitCode = await closedAt(/\[n\]o/, ['ask', 'Hello']);
    await expect.poll(exitCode, { timeout: 10_000 }).toBe('130');
    await world.sidecar.arrived('POST /query/q1/cancel');
  });

  it('stops a query in the middle of its answer, whose end then cannot be shown', async () => {
    const half = frame(2, 'assistant_text', { text: 'Half an answer' });
    world.sidecar.on('POST /query', stream([started, half], 'stay'));
    world.sidecar.on('POST /query/q1/cancel', json({}));
    const exitCode = await closedAt(/Half an answer/, ['ask', 'Hello']);
    await expect.poll(exitCode, { timeout: 10_000 }).toBe('130');
    await world.sidecar.arrived('POST /query/q1/cancel');
  });
});
