import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorTable } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';
import { CommandError } from './command-error.ts';
import { exitCodeOf } from './exit-code.ts';
import { describeError, reportError } from './report-error.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

describe('postern', () => {
  it('explains itself on stdout with --help, and on stderr with exit code 64 without a command', async () => {
    const help = await world.run(['--help']);
    expect([help.exitCode, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('Independent; not made by Anthropic.');
    const none = await world.run([]);
    expect([none.exitCode, none.stdout]).toEqual([64, '']);
    expect((await world.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has every command of the contract', async () => {
    const { stdout } = await world.run(['--help']);
    for (const name of 'start stop open status login logout refresh token ask run key usage statusline receipts timeline doctor import completion'.split(
      ' ',
    ))
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('exits 64 for what it does not know, in JSON too', async () => {
    for (const argv of [
      ['begin'],
      ['status', '--loud'],
      ['ask', '--output', 'xml', 'hi'],
      ['status', 'extra'],
      ['status', '--sandbox=other'],
      ['status', '--sandbox=platform=more'],
    ])
      expect((await world.run(argv)).exitCode).toBe(64);
    const { stdout } = await world.run(['status', '--loud', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  });
});

it.each([['--json'], ['key', '--json'], ['help', 'nope', '--json']])(
  'says in JSON that the command itself is missing or not known: %s',
  async (...argv) => {
    const { exitCode, stdout } = await world.run(argv);
    expect(exitCode).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'usage', detail: 'The command is missing, or there is no such command.' },
    });
  },
);

it('says in JSON too what of a command line was not understood', async () => {
  const { stdout } = await world.run(['status', '--loud', '--json']);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'usage', detail: "unknown option '--loud'" });
});

it('says what it needs where Node is too old, out of a checkout as well', () => {
  const old = [
    "Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } });",
    "Object.defineProperty(process, 'version', { value: 'v20.19.0' });",
    // Without its named exports the import itself would fail, as it does there.
    "const nodeModule = require('node:module'); delete nodeModule.enableCompileCache; nodeModule.syncBuiltinESMExports();",
  ].join('');
  const folder = mkdtempSync(join(tmpdir(), 'postern-old-node-'));
  const file = join(folder, 'old.cjs');
  writeFileSync(file, old);
  const script = fileURLToPath(new URL('../bin/postern.js', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--require', file, script, 'status'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([69, 'postern: Node 24 or newer is needed, this is v20.19.0.\n']);
});

describe('errors', () => {
  it('have a sysexits exit code for every row of the table', () => {
    for (const code of Object.keys(errorTable))
      expect([64, 69, 70, 73, 74, 77, 78, 130]).toContain(exitCodeOf(code));
    expect(exitCodeOf('a_code_of_tomorrow')).toBe(70);
  });

  it('are told in the words of the table', () => {
    const error = describeError(new CommandError('not_signed_in', 'Here.'));
    const { title, nextStep } = errorTable.not_signed_in;
    expect(error).toMatchObject({ code: 'not_signed_in', title, nextStep, detail: 'Here.', exitCode: 77 });
  });

  it('keep the exit code that a configuration error brings', () => {
    const error = Object.assign(new Error('x'), { code: 'storage_full', detail: 'd', exitCode: 73 });
    expect(describeError(error).exitCode).toBe(73);
  });

  it('print nothing of an unexpected error but a system error’s word', () => {
    const lines: string[] = [];
    const out = { write: (text: string) => lines.push(text) > 0 };
    const error = Object.assign(new Error('sk-ant-api03-secret'), { code: 'ENOSPC' });
    expect(reportError(error, { stdout: out, stderr: out } as never, false)).toBe(70);
    expect(lines.join('')).toContain('ENOSPC');
    expect(lines.join('')).not.toContain('sk-ant');
  });
});

describe('postern completion', () => {
  it('offers commands, the words after them, and options, in a real bash', async () => {
    const { stdout: script } = await world.run(['completion', 'bash']);
    const offers = (line: readonly string[]) => {
      const test = `${script}\nCOMP_WORDS=(${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _postern; printf '%s ' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', test], { encoding: 'utf8' }).trim();
    };
    expect(offers(['postern', 'sta'])).toBe('start status statusline');
    expect(offers(['postern', 'key', ''])).toContain('set clear');
    expect(offers(['postern', '--json', 'key', 's'])).toBe('set');
    expect(offers(['postern', 'ask', '--out'])).toBe('--output');
    expect(offers(['postern', 'status', '--js'])).toBe('--json');
    expect(offers(['postern', 'ask', '--output', ''])).toBe('text json');
    expect(offers(['postern', 'completion', ''])).toContain('bash zsh fish');
    expect(offers(['postern', 'ask', '--model', ''])).toBe('');
  });

  it.each(['bash', 'zsh', 'fish'])('offers in %s no option that the help does not name', async (shell) => {
    expect((await world.run(['completion', shell])).stdout).not.toContain('sandbox-kind');
  });

  it('is made for nothing but bash, zsh and fish', async () => {
    expect((await world.run(['completion', 'tcsh'])).exitCode).toBe(64);
  });
});
