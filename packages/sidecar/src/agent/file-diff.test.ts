import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { changeMade, changeProposed } from './file-diff.ts';

const mayRead = (): boolean => true;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-diff-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'a.txt'), 'one\ntwo\n$& three\n');
  return dir;
}

describe('a change to a file', () => {
  it('is shown before it is made', async () => {
    const dir = folder();
    const path = join(dir, 'a.txt');
    const edit = { file_path: path, old_string: 'two', new_string: '$& zwei' };

    expect((await changeProposed('Edit', edit, dir, mayRead))?.diff).toContain('-two\n+$& zwei');
    expect(
      (await changeProposed('Write', { file_path: 'a.txt', content: 'new\n' }, dir, mayRead))?.diff,
    ).toContain('-one');
    expect(
      await changeProposed('Write', { file_path: 'b.txt', content: 'new\n' }, dir, mayRead),
    ).toMatchObject({
      path: join(dir, 'b.txt'),
      diff: expect.stringContaining('--- /dev/null'),
    });
  });

  it('is not shown where the file may not be looked at, or the edit does not fit', async () => {
    const dir = folder();
    const path = join(dir, 'a.txt');

    expect(await changeProposed('Write', { file_path: path, content: 'x' }, dir, () => false)).toEqual({
      path,
      diff: null,
    });
    expect(
      await changeProposed('Edit', { file_path: path, old_string: 'none', new_string: 'x' }, dir, mayRead),
    ).toEqual({
      path,
      diff: null,
    });
    expect(await changeProposed('Bash', { command: 'ls' }, dir, mayRead)).toBeNull();
    expect(await changeProposed('Read', { file_path: path }, dir, mayRead)).toBeNull();
  });

  it('is read from the SDK’s output after it was made', () => {
    expect(
      changeMade({ type: 'create', filePath: '/w/n', content: 'hi\n', structuredPatch: [] }),
    ).toMatchObject({
      path: '/w/n',
      diff: expect.stringContaining('+hi'),
    });
    expect(changeMade({ stdout: 'x' })).toBeNull();
    expect(changeMade('Error: no')).toBeNull();
  });
});
