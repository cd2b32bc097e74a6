import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

describe.skipIf(process.platform === 'win32')('in a folder that was removed', () => {
  const postern = fileURLToPath(new URL('../bin/postern.ts', import.meta.url));

  function run(...args: readonly string[]) {
    const gone = mkdtempSync(`${tmpdir()}/postern-gone-`);
    const home = mkdtempSync(`${tmpdir()}/postern-home-`);
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const words = [process.execPath, postern, ...args].map((word) => `'${word}'`).join(' ');
    // No Postern runs: what is asked of one is exit code 69, or 3 from its status.
    return spawnSync('/bin/sh', ['-c', `cd '${gone}' && rmdir '${gone}' && exec ${words}`], {
      env: { HOME: home, POSTERN_STORE: 'memory' },
      encoding: 'utf8',
    });
  }

  it('a command that needs no folder does what it does elsewhere', () => {
    const { status, stderr } = run('status');
    expect([status, stderr]).toEqual([3, expect.stringContaining('Postern is not running')]);
    expect(run('statusline')).toMatchObject({ status: 0, stdout: 'Postern is not running\n', stderr: '' });
    expect(run('statusline', '--data-dir', 'data')).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    [['ask', 'Hello', '--workspace', '.']],
    [['trust']],
    [['run', '--', 'true']],
    [['status', '--data-dir', 'data']],
  ])('one that needs it says that it is gone: %j', (args) => {
    const { status, stderr } = run(...args);
    expect([status, stderr]).toEqual([64, expect.stringContaining('was started in was removed')]);
  });
});
