import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchScript } from './launch-script.ts';

let home: string;
let file: string;
let node: string;
let script: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), `it's 100% "$x" `));
  file = join(home, 'postern-launch');
  node = join(home, 'node');
  script = join(home, 'launch me.cjs');
  symlinkSync(process.execPath, node);
  writeFileSync(script, 'console.log(JSON.stringify(process.argv.slice(2)))');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function run(
  command: readonly [string, ...string[]],
  args: readonly string[],
  { path = '/nowhere', isOneFile = false, own = {} } = {},
) {
  writeFileSync(file, launchScript({ command, script: isOneFile ? null : script }));
  chmodSync(file, 0o755);
  return spawnSync('/bin/sh', [file, ...args], { encoding: 'utf8', env: { PATH: path, ...own } });
}

describe.skipIf(process.platform === 'win32')('the script of a launcher', () => {
  it('starts Postern with the Node it was given, and passes every word on', () => {
    const words = ['launch', 'postern://callback?code=a%20b&state=$c', ''];
    const { status, stdout } = run([node, '--use-system-ca', script, '--data-dir', `${home}/d $(id)`], words);
    expect([status, JSON.parse(stdout)]).toEqual([0, ['--data-dir', `${home}/d $(id)`, ...words]]);
  });

  it('has memory that was freed given back, unless the person has said when', () => {
    writeFileSync(script, 'console.log(process.env.MALLOC_TRIM_THRESHOLD_, process.env.MALLOC_ARENA_MAX)');
    expect(run([node, script], []).stdout).toBe('131072 1\n');
    expect(run([node, script], [], { own: { MALLOC_TRIM_THRESHOLD_: '1' } }).stdout).toBe('1 1\n');
  });

  it('says which Node is gone, and what to do', () => {
    rmSync(node);
    const { status, stderr } = run([node, script], ['launch']);
    expect([status, stderr]).toEqual([
      69,
      `postern: The Node that runs Postern is gone: ${node}. Install Postern again, then run: postern install-launcher\n`,
    ]);
  });

  it('says that Postern is gone, where its script or the single file is', () => {
    rmSync(script);
    expect(run([node, script], []).stderr).toContain(`Postern is gone: ${script}. Install`);
    expect(run([join(home, 'postern')], [], { isOneFile: true }).stderr).toContain(
      `Postern is gone: ${join(home, 'postern')}. Install`,
    );
  });

  it('says so in a window where there is a tool for it', () => {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'zenity'), `#!/bin/sh\nprintf '%s\\n' "$@"\n`, { mode: 0o755 });
    rmSync(node);
    const { status, stdout } = run([node, script], [], { path: bin });
    expect([status, stdout]).toEqual([
      69,
      expect.stringContaining(`--text=The Node that runs Postern is gone: ${node}.`),
    ]);
  });
});
