import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isWithin } from '../../files/index.ts';
import { ownWorkspaces } from './own-workspaces.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function place(): { readonly root: string; readonly dataDir: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-workspace-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const dataDir = join(root, 'data');
  mkdirSync(dataDir);
  return { root, dataDir };
}

describe('a workspace of a conversation’s own', () => {
  it('is private, below the cache directory, and goes when it stayed empty', async () => {
    const { root, dataDir } = place();
    const workspaces = await ownWorkspaces({ XDG_CACHE_HOME: join(root, 'cache') }, 'linux', dataDir);

    const dir = await workspaces.make('one');

    expect(dir).toBe(join(root, 'cache/postern/workspaces/one'));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(workspaces.owns(dir)).toBe(true);
    expect(workspaces.owns(root)).toBe(false);
    writeFileSync(join(await workspaces.make('two'), 'kept'), '');
    await workspaces.discard('one');
    await workspaces.discard('two');
    expect(() => statSync(dir)).toThrow();
    expect(statSync(join(root, 'cache/postern/workspaces/two/kept')).isFile()).toBe(true);
  });

  it('is not put into the data directory', async () => {
    const { dataDir } = place();
    const workspaces = await ownWorkspaces({ XDG_CACHE_HOME: join(dataDir, 'cache') }, 'linux', dataDir);
    const dir = await workspaces.make('one');
    onTestFinished(() => rmSync(dir, { recursive: true }));

    expect(isWithin(dir, dataDir)).toBe(false);
  });

  it('is in the temporary directory where the cache directory cannot be written', async () => {
    const { root, dataDir } = place();
    writeFileSync(join(root, 'file'), '');
    vi.stubEnv('TMPDIR', root);
    const workspaces = await ownWorkspaces({ HOME: join(root, 'file') }, 'linux', dataDir);

    const dir = await workspaces.make('one');

    expect(dir).toMatch(/postern-\d+\/workspaces\/one$/);
    expect(statSync(join(dir, '../..')).mode & 0o777).toBe(0o700);
    expect(workspaces.owns(dir)).toBe(true);
    expect(await workspaces.look()).toEqual({
      parent: join(dir, '..'),
      unusable: [`${join(root, 'file/.cache/postern/workspaces')} cannot be used (ENOTDIR)`],
    });
  });

  it('stays where it began, although another place comes first by now', async () => {
    const { root, dataDir } = place();
    vi.stubEnv('TMPDIR', root);
    const cache = join(root, 'cache');
    writeFileSync(cache, '');
    const workspaces = await ownWorkspaces({ XDG_CACHE_HOME: cache }, 'linux', dataDir);
    const dir = await workspaces.make('one');
    rmSync(cache);

    expect(await workspaces.make('one')).toBe(dir);
    expect(await workspaces.make('two')).toBe(join(cache, 'postern/workspaces/two'));
    expect([dir, join(cache, 'postern/workspaces/two')].map(workspaces.owns)).toEqual([true, true]);
  });

  it('is refused with the places and their reasons where none can be written, and made once one can', async () => {
    const { root, dataDir } = place();
    const file = join(root, 'file');
    writeFileSync(file, '');
    vi.stubEnv('TMPDIR', file);
    const workspaces = await ownWorkspaces({ HOME: file }, 'linux', dataDir);

    await expect(workspaces.make('one')).rejects.toMatchObject({
      code: 'workspace_unavailable',
      detail: expect.stringMatching(/file\/\.cache\/.* \(ENOTDIR\); .*file\/postern-.* \(ENOTDIR\)\.$/),
    });
    expect((await workspaces.look()).parent).toBe(null);
    rmSync(file);
    expect(await workspaces.make('one')).toBe(join(file, '.cache/postern/workspaces/one'));
  });

  it('is not made in a folder of our name that others may write to', async () => {
    const { root, dataDir } = place();
    vi.stubEnv('TMPDIR', root);
    mkdirSync(join(root, `postern-${process.getuid?.()}`));
    chmodSync(join(root, `postern-${process.getuid?.()}`), 0o777);
    const workspaces = await ownWorkspaces({}, 'linux', dataDir);

    await expect(workspaces.make('one')).rejects.toMatchObject({
      code: 'workspace_unavailable',
      detail: expect.stringContaining('it belongs to another user'),
    });
  });
});
