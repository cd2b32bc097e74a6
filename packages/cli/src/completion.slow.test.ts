import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';

const execute = promisify(execFile);
let world: CommandWorld;
beforeAll(async () => {
  world = await createCommandWorld();
  const script = async (shell: string) => (await world.run(['completion', shell])).stdout;
  writeFileSync(join(world.homeDir, 'postern.fish'), await script('fish'));
  mkdirSync(join(world.homeDir, 'functions'));
  writeFileSync(join(world.homeDir, 'functions', '_postern'), await script('zsh'));
  writeFileSync(join(world.homeDir, 'a-file.txt'), '');
});
afterAll(() => world.close());

const run = (shell: string, args: readonly string[]) =>
  execute(shell, args, {
    cwd: world.homeDir,
    env: { PATH: process.env['PATH'], HOME: world.homeDir, TERM: 'dumb' },
    timeout: 60_000,
  });

describe('completion in a real fish', () => {
  async function offers(line: string): Promise<readonly string[]> {
    const command = `function postern; end; source postern.fish; complete -C ${JSON.stringify(line)}`;
    const { stdout } = await run('fish', ['--no-config', '--command', command]);
    return stdout.split('\n').map((each) => each.split('\t')[0] ?? '');
  }

  it.each([
    ['postern sta', ['start', 'status', 'statusline']],
    ['postern --json key ', ['clear', 'set']],
    ['postern ask --allow-', ['--allow-fallback', '--allow-tools']],
    ['postern ask --output ', ['json', 'text']],
    ['postern status --store ', ['memory', 'os_keychain', 'passphrase_file']],
    ['postern import --file a', ['a-file.txt']],
    ['postern ask --model ', []],
  ])('offers after %j what can follow', async (line, expected) => {
    expect((await offers(line)).filter((each) => each !== '').toSorted()).toEqual(expected);
  });

  it('offers the shells it is made for', async () => {
    expect(await offers('postern completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });
});

/** Types a line and a tab into a zsh on a terminal of its own, and prints what comes until `wanted` has come. */
const typed = `
zmodload zsh/zpty
zpty shell "zsh -f -i"
zpty -w shell "PS1='> '; autoload -U compinit; setopt no_beep; $1; print rea''dy"
zpty -r shell before '*ready*'
zpty -w -n shell "$2"$'\\t'
zpty -r shell offered "*$3*"
print -r -- "$offered"
zpty -d shell
`;

describe.each([
  ['read with source', 'compinit -u -D; source functions/_postern'],
  ['found in a folder of fpath', 'fpath=($PWD/functions $fpath); compinit -u -D'],
])('completion in a real zsh, %s', (_, load) => {
  it.each([
    ['postern sta', /start[\s\S]*status[\s\S]*statusline/, 'statusline  --'],
    ['postern key ', /clear[\s\S]*set/, 'set    --'],
    ['postern ask --allow-', /--allow-fallback[\s\S]*--allow-tools/, '--allow-tools'],
    ['postern ask --output ', /json +text/, 'text'],
    ['postern completion ', /bash +fish +zsh/, 'zsh'],
    ['postern import --file a', /a-file\.txt/, 'a-file.txt'],
  ])('offers after %j what can follow', async (line, expected, last) => {
    const { stdout } = await run('zsh', ['-f', '-c', typed, 'zsh', load, line, last]);
    expect(stdout).toMatch(expected);
  });
});
