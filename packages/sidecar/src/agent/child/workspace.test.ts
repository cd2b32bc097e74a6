import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isWithin } from '../../files/index.ts';
import { chosenWorkspace } from './workspace.ts';

function place(): { readonly root: string; readonly dataDir: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-workspace-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const dataDir = join(root, 'data');
  mkdirSync(dataDir);
  return { root, dataDir };
}

describe('a chosen workspace', () => {
  it('is a real folder beside the data directory', async () => {
    const { root, dataDir } = place();
    mkdirSync(join(root, 'work'));
    symlinkSync(join(root, 'work'), join(root, 'link'));

    expect(await chosenWorkspace(join(root, 'link'), dataDir)).toBe(join(root, 'work'));
  });

  it('is refused where it is none, or meets the data directory', async () => {
    const { root, dataDir } = place();
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(dataDir, 'inside'));
    symlinkSync(dataDir, join(root, 'link'));

    for (const path of ['none', 'file', 'link', '.', 'data', 'data/inside'].map((name) => join(root, name))) {
      await expect(chosenWorkspace(path, dataDir)).rejects.toMatchObject({ code: 'workspace_not_found' });
    }
    await expect(chosenWorkspace('work', dataDir)).rejects.toMatchObject({ code: 'workspace_not_found' });
  });
});

it('a folder that only begins like another is not within it', () => {
  expect(isWithin('/a/b', '/a/b')).toBe(true);
  expect(isWithin('/a/b/c', '/a/b')).toBe(true);
  expect(isWithin('/a/bc', '/a/b')).toBe(false);
  expect(isWithin('/a/..b', '/a')).toBe(true);
  expect(isWithin('/a', '/a/b')).toBe(false);
});
