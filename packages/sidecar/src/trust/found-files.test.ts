import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fileFinder } from './found-files.ts';

function place(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const above = realpathSync(mkdtempSync(join(tmpdir(), 'postern-found-')));
  onTestFinished(() => rmSync(above, { recursive: true }));
  const root = join(above, 'work');
  const made = (file: string): string => {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(made(file), text);
  for (const [link, target] of Object.entries(links)) symlinkSync(target, made(link));
  return fileFinder(root);
}

const below = async (finder: ReturnType<typeof place>, folder: string) =>
  (await finder.below(folder)).map(({ file, text }) => [file, text]);

describe('the files of a folder', () => {
  it('take no more room than what they hold', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `.claude/commands/${at}.md`);
    const finder = place(Object.fromEntries(names.map((name) => [name, 'Go.'])));
    const alloc = vi.spyOn(Buffer, 'alloc');
    onTestFinished(() => alloc.mockRestore());
    expect(await finder.below('.claude/commands')).toHaveLength(50);
    expect(alloc.mock.calls.reduce((sum, [size]) => sum + size, 0)).toBeLessThan(50 * 1024);
  });

  it.each<[string, Record<string, string>]>([
    ['all of them', { '.claude/skills': '../shared' }],
    ['one of them', { '.claude/skills/pdf': '../../shared/pdf' }],
  ])('are found through a link to another folder in it: %s', async (_name, links) => {
    const finder = place({ 'shared/pdf/SKILL.md': 'Read PDFs.' }, links);
    expect(await below(finder, '.claude/skills')).toEqual([['.claude/skills/pdf/SKILL.md', 'Read PDFs.']]);
  });

  it('are found where all of .claude is a link to another folder in it', async () => {
    const finder = place({ 'shared/commands/go.md': 'Go.' }, { '.claude': 'shared' });
    expect(await below(finder, '.claude/commands')).toEqual([['.claude/commands/go.md', 'Go.']]);
  });

  it('are found once where links lead round in a circle', async () => {
    const finder = place(
      { '.claude/commands/go.md': 'Go.', 'pool/one/1.md': '1', 'pool/two/2.md': '2' },
      {
        '.claude/commands/here': '.',
        '.claude/commands/up': '..',
        '.claude/commands/work': '../..',
        '.claude/commands/pool': '../../pool/one',
        'pool/one/two': '../two',
        'pool/two/one': '../one',
      },
    );
    expect(await below(finder, '.claude/commands')).toEqual([
      ['.claude/commands/go.md', 'Go.'],
      ['.claude/commands/pool/1.md', '1'],
      ['.claude/commands/pool/two/2.md', '2'],
    ]);
  });

  it('are not looked for through a link that leads out', async () => {
    const finder = place({}, { '.claude/commands/etc': '/etc', '.claude/rules': '/etc' });
    expect(await below(finder, '.claude/commands')).toEqual([['.claude/commands/etc', null]]);
    expect(await below(finder, '.claude/rules')).toEqual([['.claude/rules', null]]);
  });
});
