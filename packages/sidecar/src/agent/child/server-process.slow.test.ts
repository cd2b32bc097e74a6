import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { ServerProcess, serverEnvironment } from './server-process.ts';

const cwd = realpathSync(tmpdir());
const started = (script: string) => {
  const noted: number[] = [];
  // As in Postern, one of its own: when a server has ended, what carries its mark is ended, and another test's would be.
  const mark = `test-${randomUUID()}`;
  const running = new ServerProcess(
    { command: process.execPath, args: ['-e', script], cwd, environment: { A: 'a' }, mark },
    {
      note: ({ pid }) => {
        noted.push(pid);
        return () => noted.splice(0);
      },
    },
  );
  const got: JSONRPCMessage[] = [];
  running.onmessage = (message) => got.push(message);
  return { running, noted, got };
};

it('reads messages by lines, whatever else a server prints, and sends them so', async () => {
  const { running, got, noted } = started(`
    process.stdout.write('Welcome\\n{"jsonrpc":"2.0","method":');
    process.stdout.write('"one"}\\n\\n[]\\n');
    process.stdin.on('data', (line) => process.stdout.write(line));
  `);
  await running.start();
  expect(noted).toHaveLength(1);
  await running.send({ jsonrpc: '2.0', method: 'two' });
  await expect
    .poll(() => got, { timeout: 10_000 })
    .toEqual([
      { jsonrpc: '2.0', method: 'one' },
      { jsonrpc: '2.0', method: 'two' },
    ]);
  await running.close();
  expect([running.hasEnded, noted]).toEqual([true, []]);
});

it('ends one that neither its input nor a signal ends', async () => {
  const { running, got } = started(`
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
    process.stdout.write('{"jsonrpc":"2.0","method":"ready"}\\n');
  `);
  await running.start();
  await expect.poll(() => got.length, { timeout: 10_000 }).toBe(1);
  await running.close();
  expect(running.lastWords).toBe('SIGKILL');
});

it('says how it ended and what it said last', async () => {
  const { running } = started(`console.error('first\\nno token'); process.exitCode = 7;`);
  const closed = Promise.withResolvers<void>();
  running.onclose = closed.resolve;
  await running.start();
  await closed.promise;
  expect(running.lastWords).toBe('exit code 7: no token');
});

it('says no part of a word that did not fit: it may be half a secret, which is not known as one', async () => {
  const { running } = started(`
    console.error('token=' + 'secret-'.repeat(20_000) + ' was refused'); process.exitCode = 7;
  `);
  const closed = Promise.withResolvers<void>();
  running.onclose = closed.resolve;
  await running.start();
  await closed.promise;
  expect(running.lastWords).toBe('exit code 7: was refused');
});

it('rejects where there is no such program, and does not start what is over', async () => {
  const missing = new ServerProcess(
    { command: 'no-such-program-of-postern', args: [], cwd, environment: {}, mark: 'test-mark' },
    { note: () => () => undefined },
  );
  await expect(missing.start()).rejects.toMatchObject({ code: 'ENOENT' });
  await missing.close();
  const { running, noted } = started('');
  await running.close();
  await expect(running.start()).rejects.toThrow('over');
  expect(noted).toEqual([]);
});

it('takes no variable of Claude’s or Postern’s into an environment, wherever it is from', () => {
  const passed = { PATH: '/bin', CLAUDE_CODE_GIT_BASH_PATH: 'x', POSTERN_CHILD: 'of-the-program' };
  expect(serverEnvironment(passed, { ANTHROPIC_API_KEY: 'x', B: 'b', PATH: '/own' })).toEqual({
    PATH: '/own',
    B: 'b',
  });
});
