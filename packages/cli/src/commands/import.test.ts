import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

const apiKey = 'sk-ant-api03-abcdefghijklmnop-WXYZ';
const earlier = { anthropic_api_key: apiKey, always_allow: true, theme: 'dark', shortcuts: ['a'] };
let world: CommandWorld;
let path: string;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  world.sidecar.on('GET /settings', json({ hasApiKey: false }));
  world.sidecar.on('POST /settings', json({ apiKey: { last4: 'WXYZ' } }));
  mkdirSync(join(world.homeDir, '.palette-app'));
  path = join(world.homeDir, '.palette-app', 'config.json');
  writeFileSync(path, JSON.stringify(earlier));
});
afterEach(() => world.close());

const patches = () =>
  world.sidecar.requests.filter((each) => each.method === 'POST').map((each) => each.body);

describe('postern import', () => {
  it('takes over settings and key in one update, keeps a copy without secrets, and leaves the file alone', async () => {
    const { exitCode, stdout, stderr } = await world.run(['import', '--json']);
    expect(exitCode).toBe(0);
    expect(patches()).toEqual([{ permissionMode: 'ask', theme: 'dark', apiKey }]);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      apiKey: 'saved',
      removedFromFile: false,
      leftovers: ['always_allow', 'shortcuts'],
    });
    const copy = readFileSync(report.copy, 'utf8');
    expect(JSON.parse(copy)).toMatchObject({ anthropic_api_key: '[removed]', shortcuts: ['a'] });
    expect(statSync(report.copy).mode & 0o777).toBe(0o600);
    expect(stdout + stderr + copy).not.toContain(apiKey);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(earlier);
  });

  it('removes the key from the earlier file when the person says yes, and nothing else', async () => {
    const { stdout } = await world.run(['import'], { terminal: [[/Remove it there\?/, 'y']] });
    expect(stdout).toContain('Imported: permissionMode, theme, the API key.');
    const { anthropic_api_key: _, ...rest } = earlier;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(rest);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(world.homeDir, '.palette-app'))).toEqual(['config.json']);
  });

  it('keeps it after a no; --remove-key needs no question', async () => {
    await world.run(['import'], { terminal: [[/Remove it there\?/, 'n']] });
    expect(readFileSync(path, 'utf8')).toContain(apiKey);
    await world.run(['import', '--remove-key']);
    expect(readFileSync(path, 'utf8')).not.toContain(apiKey);
  });

  it('removes nothing where the key could not be saved', async () => {
    world.sidecar.on('POST /settings', problem('storage_full'));
    expect((await world.run(['import', '--remove-key'])).exitCode).toBe(74);
    expect(readFileSync(path, 'utf8')).toContain(apiKey);
  });

  it('replaces a saved key only on request', async () => {
    world.sidecar.on('GET /settings', json({ hasApiKey: true }));
    const { stdout } = await world.run(['import', '--remove-key']);
    expect(stdout).toContain('is kept');
    expect(patches()).toEqual([{ permissionMode: 'ask', theme: 'dark' }]);
    expect(readFileSync(path, 'utf8')).toContain(apiKey);
    await world.run(['import', '--replace-key']);
    expect(patches().at(-1)).toMatchObject({ apiKey });
  });

  it('leaves out a workspace that is not there any more', async () => {
    writeFileSync(path, JSON.stringify({ workspace: '/no/such/folder' }));
    expect((await world.run(['import'])).stdout).toContain('no longer exists');
    expect(patches()).toEqual([{ permissionMode: 'ask' }]);
  });

  it('changes nothing with --dry-run', async () => {
    const { stdout } = await world.run(['import', '--dry-run']);
    expect(stdout).toContain('Would import: permissionMode, theme, the API key.');
    expect(world.sidecar.requests).toEqual([]);
    expect(existsSync(join(world.dataDir, 'imported'))).toBe(false);
  });

  it('takes the key of the environment on request', async () => {
    const environment = { ANTHROPIC_API_KEY: apiKey };
    const { exitCode, stdout } = await world.run(['import', '--from-env'], { environment });
    expect([exitCode, patches()]).toEqual([0, [{ apiKey }]]);
    expect(stdout).toBe('Imported: the API key.\n');
    expect((await world.run(['import', '--from-env'])).exitCode).toBe(64);
  });

  it('takes a file that begins with a byte order mark', async () => {
    writeFileSync(path, `\uFEFF${JSON.stringify(earlier)}`);
    const { exitCode } = await world.run(['import', '--remove-key']);
    expect([exitCode, patches()]).toEqual([0, [{ permissionMode: 'ask', theme: 'dark', apiKey }]]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).not.toHaveProperty('anthropic_api_key');
  });

  it('takes the last of two keys with one name, as the earlier app did, and removes both', async () => {
    writeFileSync(
      path,
      `{"anthropic_api_key":"sk-ant-api03-another-key-of-before","anthropic_api_key":"${apiKey}"}`,
    );
    await world.run(['import', '--remove-key']);
    expect(patches()).toEqual([{ permissionMode: 'ask', apiKey }]);
    expect(readFileSync(path, 'utf8')).not.toContain('sk-ant');
  });

  it.each([
    ['a folder', (at: string) => mkdirSync(at), 'is no file'],
    [
      'a pipe that nobody writes to',
      (at: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', at]),
      'is no file',
    ],
    ['a device that never ends', (at: string) => symlinkSync('/dev/zero', at), 'is no file'],
    ['a link that leads nowhere', (at: string) => symlinkSync('/no/such/file', at), 'There are no earlier'],
    ['50 MB', (at: string) => writeFileSync(at, Buffer.alloc(50_000_000, ' ')), 'is too long'],
    ['a list', (at: string) => writeFileSync(at, '[]'), 'holds no settings'],
    ['half a million brackets', (at: string) => writeFileSync(at, '['.repeat(500_000)), 'is no JSON'],
    [
      'deep nesting',
      (at: string) => writeFileSync(at, `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      'holds no settings',
    ],
  ])('refuses %s, at once, with nothing changed', async (_, make, said) => {
    rmSync(path);
    make(path);
    const { exitCode, stderr } = await world.run(['import']);
    expect([exitCode, patches()]).toEqual([64, []]);
    expect(stderr).toContain(said);
  });

  it('does not quote a file that it cannot read', async () => {
    writeFileSync(path, `{"anthropic_api_key": "${apiKey}",`);
    const { exitCode, stdout, stderr } = await world.run(['import']);
    expect(exitCode).toBe(64);
    expect(stdout + stderr).not.toContain('sk-ant');
    expect((await world.run(['import', '--file', 'nowhere.json'])).stderr).toContain(
      'There are no earlier settings',
    );
  });
});
