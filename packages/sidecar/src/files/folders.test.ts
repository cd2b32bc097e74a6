import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listFolders } from './folders.ts';

function place(...folders: readonly string[]): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-folders-')));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  return root;
}

describe('the folders in a folder', () => {
  it('are listed by name without hidden ones and files, and links say where they lead', async () => {
    const root = place('b', 'a/inside', '.hidden');
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'a/inside'), join(root, 'c'));
    symlinkSync(join(root, 'file'), join(root, 'd'));
    symlinkSync(join(root, 'nowhere'), join(root, 'e'));

    expect(await listFolders(root)).toEqual({
      path: root,
      parent: tmpdir(),
      items: [
        { name: 'a', path: join(root, 'a'), leadsTo: null },
        { name: 'b', path: join(root, 'b'), leadsTo: null },
        { name: 'c', path: join(root, 'c'), leadsTo: join(root, 'a/inside') },
      ],
      complete: true,
    });
    // Asked for by its link, it answers with its real name.
    expect(await listFolders(join(root, 'c'))).toMatchObject({
      path: join(root, 'a/inside'),
      parent: join(root, 'a'),
    });
    expect((await listFolders('/')).parent).toBeNull();
  });

  it('are at most 500', async () => {
    const { items, complete } = await listFolders(
      place(...Array.from({ length: 501 }, (_, index) => `f${index}`)),
    );
    expect([items.length, complete]).toEqual([500, false]);
  });

  it('are refused where it is relative, a file, or not there', async () => {
    const root = place();
    writeFileSync(join(root, 'file'), '');
    for (const path of ['relative', join(root, 'file'), join(root, 'nowhere'), '/\0'])
      await expect(listFolders(path)).rejects.toMatchObject({ code: 'folder_not_found' });
  });
});
