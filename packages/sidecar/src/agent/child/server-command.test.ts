import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serverCommand } from './server-command.ts';

/** A Windows machine on which these files are. */
const found = (command: string, environment: Record<string, string>, ...files: readonly string[]) =>
  serverCommand(command, environment, 'win32', (path) => files.includes(path));
const node = 'C:\\Program Files\\nodejs';
const Path = `C:\\Windows;"${node}";.;tools`;

it('finds npx.cmd for npx, in the folders of PATH and in the order of PATHEXT', () => {
  expect(found('npx', { Path }, `${node}\\npx.cmd`)).toBe(`${node}\\npx.cmd`);
  expect(found('npx', { Path }, `${node}\\npx.cmd`, `${node}\\npx.exe`)).toBe(`${node}\\npx.exe`);
  expect(found('npx', { PATH: Path, PATHEXT: '.CMD;.EXE' }, `${node}\\npx.cmd`, `${node}\\npx.exe`)).toBe(
    `${node}\\npx.cmd`,
  );
  expect(found('NPX.CMD', { Path }, `${node}\\NPX.CMD`)).toBe(`${node}\\NPX.CMD`);
});

it('takes nothing from the folder that the server runs in, which a bare name would mean to the system', () => {
  expect(found('npx', { Path }, 'npx.cmd', '.\\npx.cmd', 'tools\\npx.cmd')).toBe('npx');
});

it.each(['C:\\tools\\server', '.\\server', 'bin/server', 'C:server'])(
  'leaves the path %s as it is',
  (path) => {
    expect(found(path, { Path }, `${path}.cmd`)).toBe(path);
  },
);

it.each(['linux', 'darwin'] as const)('leaves the command as it is on %s', (platform) => {
  expect(serverCommand('npx', { PATH: '/usr/bin' }, platform, () => true)).toBe('npx');
});

it('goes through cmd.exe where it is a batch file, so that no argument is read as a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-cmd-'));
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  if (platform === undefined) throw new Error('a process has a platform');
  const require = createRequire(import.meta.url);
  const forget = () => {
    for (const path of Object.keys(require.cache)) {
      if (/node_modules\/(?:cross-spawn|which|isexe)\//.test(path)) delete require.cache[path];
    }
  };
  onTestFinished(() => {
    Object.defineProperty(process, 'platform', platform);
    forget();
    rmSync(folder, { recursive: true });
  });
  Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
  forget();
  const { _parse: parse } = require('cross-spawn') as typeof import('cross-spawn') & {
    _parse(command: string, args: readonly string[], options: object): { command: string; args: string[] };
  };
  const file = join(folder, 'npx.cmd');
  writeFileSync(file, '@node npx-cli.js %*\r\n');
  const { command, args } = parse(file, ['-y', 'a & calc', '%PATH%'], {});
  expect(command).toMatch(/cmd\.exe$/i);
  expect(args.slice(0, 3)).toEqual(['/d', '/s', '/c']);
  expect(args[3]).toContain('^"a^ ^&^ calc^"');
  expect(args[3]).toContain('^%PATH^%');
});
