import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const postern = fileURLToPath(new URL('../../bin/postern.js', import.meta.url));
const saysParser =
  'import { registerHooks } from "node:module"; registerHooks({ resolve(name, context, next) { if (name === "commander") process.stderr.write("parser"); return next(name, context); } });';

function run(...argv: readonly string[]) {
  const home = mkdtempSync(`${tmpdir()}/postern-home-`);
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const hook = `data:text/javascript,${encodeURIComponent(saysParser)}`;
  const env = { HOME: home, POSTERN_STORE: 'memory' };
  return spawnSync(process.execPath, ['--import', hook, postern, ...argv], { env, encoding: 'utf8' });
}

it.each([
  [['statusline']],
  [['--sandbox', 'statusline']],
  [['--live', '--data-dir', '/nowhere', '--json', 'statusline']],
])('a bar does not wait for the parser of the whole command line: %j', (argv) => {
  const stdout = expect.stringContaining('Postern is not running');
  expect(run(...argv)).toMatchObject({ status: 0, stdout, stderr: '' });
});

it('another command with that word in it is what it was', () => {
  expect(run('key', 'statusline').stderr).toMatch(/^parser.*unknown command 'statusline'/s);
});
