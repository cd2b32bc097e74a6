import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';
import { readSecretSource } from './secret-source.ts';

const program = join(import.meta.dirname, '../../test/support/oauth/assertion.program.ts');
const run = (...args: string[]) =>
  runProgram([process.execPath, program, ...args], {
    environment: { PATH: process.env['PATH'], POSTERN_PASSPHRASE: 'canary-passphrase', EMPTY: undefined },
    timeoutMs: 5_000,
  });

describe('a configured program', () => {
  it('gives what it prints, without the white space around it', async () => {
    expect(await run('print', '  canary value ')).toEqual({ ok: true, text: 'canary value' });
  });

  it('is run without a shell', async () => {
    expect(await run('print', '$(echo hacked); `id`')).toEqual({ ok: true, text: '$(echo hacked); `id`' });
  });

  it('gets its environment, and never our passphrase', async () => {
    const output = await run('environment');
    expect(output).toMatchObject({ ok: true });
    expect(JSON.stringify(output)).toContain('PATH');
    expect(JSON.stringify(output)).not.toContain('POSTERN_PASSPHRASE');
  });

  it.each([
    [['fail', 'canary-output'], 'it ended with exit code 3'],
    [['print', ''], 'it printed nothing'],
    [['flood'], 'it printed more than 64 KiB'],
  ])('that does %j gives a reason, and nothing it printed', async (args, reason) => {
    expect(await run(...args)).toEqual({ ok: false, reason });
  });

  it('that takes too long is ended', async () => {
    const output = await runProgram([process.execPath, program, 'hang'], { environment: {}, timeoutMs: 300 });
    expect(output).toEqual({ ok: false, reason: 'it took longer than 0.3 s' });
  });

  it('that leaves a helper of its own behind, which holds its output, is not waited for', async () => {
    const begunMs = performance.now();
    const output = await runProgram(['/bin/sh', '-c', 'sleep 8 & echo value'], {
      environment: { PATH: process.env['PATH'] },
      timeoutMs: 5_000,
    });
    expect(output).toEqual({ ok: true, text: 'value' });
    expect(performance.now() - begunMs).toBeLessThan(4_000);
  });

  it('that is not there gives a reason', async () => {
    expect(await runProgram(['/nowhere/at-all'], { environment: {}, timeoutMs: 5_000 })).toEqual({
      ok: false,
      reason: 'it did not start (ENOENT)',
    });
  });
});

describe('a configured file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'postern-source-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));

  it('is read anew each time', async () => {
    const path = join(directory, 'token');
    for (const value of ['first', 'second']) {
      writeFileSync(path, `${value}\n`);
      expect(await readSecretSource({ kind: 'file', path }, {})).toEqual({ ok: true, text: value });
    }
  });

  it.each([
    ['is missing', null, 'the file cannot be read (ENOENT)'],
    ['is empty', ' \n', 'the file is empty'],
    ['is too long', 'x'.repeat(70_000), 'the file is longer than 64 KiB'],
  ])('that %s gives a reason', async (_, content, reason) => {
    const path = join(directory, 'token');
    if (content !== null) writeFileSync(path, content);
    expect(await readSecretSource({ kind: 'file', path }, {})).toEqual({ ok: false, reason });
  });

  it.skipIf(process.platform === 'win32')(
    'that is a named pipe gives a reason, and is not waited for',
    async () => {
      const path = join(directory, 'pipe');
      execFileSync('mkfifo', [path]);
      // Where it is waited for, this writer lets the wait end.
      let isWaitedFor = false;
      const writer = setTimeout(() => {
        isWaitedFor = true;
        writeFileSync(path, 'late');
      }, 3_000);
      const output = await readSecretSource({ kind: 'file', path }, {});
      clearTimeout(writer);
      expect(output).toEqual({ ok: false, reason: 'the file cannot be read (no regular file)' });
      expect(isWaitedFor).toBe(false);
    },
  );

  it('that is a folder gives a reason', async () => {
    expect(await readSecretSource({ kind: 'file', path: directory }, {})).toMatchObject({ ok: false });
  });
});
