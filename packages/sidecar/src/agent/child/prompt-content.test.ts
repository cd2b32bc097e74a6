import { mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calledCommand, promptContent } from './prompt-content.ts';

let dir: string;
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'postern-prompt-')));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A file of so many bytes, without writing them. */
function file(name: string, bytes: number): string {
  const path = join(dir, name);
  writeFileSync(path, '');
  truncateSync(path, bytes);
  return path;
}

const content = (...paths: string[]) =>
  promptContent({ prompt: 'Look', attachments: paths.map((path) => ({ path })) }, () => true);

describe('attachments', () => {
  it('that are images and PDFs go to the model themselves, others and too large ones by their path', async () => {
    const paths = [
      file('a.PNG', 10_000_000),
      file('b.pdf', 10_000_000),
      file('c.png', 20_000_001),
      file('d.csv', 5),
      file('e.gif', 3_500_001),
    ];
    const { content: blocks, files, attached } = await content(...paths);
    const markers = files.map(({ marker }) => marker);
    expect(blocks).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'text', text: `Attached file: ${paths[0]}` },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: markers[0] } },
      { type: 'text', text: `Attached file: ${paths[1]}` },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: markers[1] } },
      { type: 'text', text: `Attached file: ${paths[2]}` },
      { type: 'text', text: `Attached file: ${paths[3]}` },
      { type: 'text', text: `Attached file: ${paths[4]}` },
    ]);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      [paths[0], 10_000_000],
      [paths[1], 10_000_000],
    ]);
    expect([...attached]).toEqual(paths);
  });

  it('that are images and PDFs are known by how they begin where their name does not say it', async () => {
    const begins = {
      shot: '\u0089PNG\r\n\u001a\n',
      'paper.tmp': '%PDF-1.7',
      'x.dat': '\u00ff\u00d8\u00ff',
      'n.txt': 'Notes',
    };
    const paths = Object.entries(begins).map(([name, text]) => {
      writeFileSync(join(dir, name), text, 'latin1');
      return join(dir, name);
    });
    const { content: blocks } = await content(...paths, file('empty', 0));
    expect(blocks.flatMap((block) => ('source' in block ? [block.source] : []))).toMatchObject([
      { media_type: 'image/png' },
      { media_type: 'application/pdf' },
      { media_type: 'image/jpeg' },
    ]);
    writeFileSync(join(dir, 'large'), begins.shot, 'latin1');
    truncateSync(join(dir, 'large'), 20_000_001);
    expect((await content(join(dir, 'large'))).files).toEqual([]);
  });

  it('are refused together before any of them is read, with their sizes', async () => {
    const [small, large, plain] = [
      file('s.png', 3_400_000),
      file('large.pdf', 19_000_000),
      file('x.csv', 30_000_000),
    ];
    await content(small, plain);
    await expect(content(large, small, plain)).rejects.toMatchObject({
      code: 'attachments_too_large',
      detail:
        'Images and PDFs may have 22 MB together in one message. These 2 have 22.4 MB; the largest is large.pdf, 19 MB. Attach fewer of them.',
    });
    await expect(content(...Array.from({ length: 20 }, () => large))).rejects.toMatchObject({
      detail: expect.stringContaining('380 MB'),
    });
  });
});

it('may be a command only where that is said with it, and calls none but the workspace’s that a person may call', async () => {
  const ask = async (prompt: string, commands?: boolean) =>
    (await promptContent({ prompt, ...(commands === undefined ? {} : { commands }) }, () => true)).command;
  expect([await ask('/a'), await ask('/a', false), await ask('a /a', true)]).toEqual([null, null, null]);
  expect(await ask('/a b', true)).toBe('/a b');

  const command = {
    ...{ name: 'a:b', description: '', argumentHint: null, modelMay: true, personMay: true },
    ...{ body: '', folder: null },
  };
  const commands = [command, { ...command, name: 'hidden', personMay: false }];
  expect(calledCommand('/a:b one\ntwo', commands)).toBe('/workspace:a:b one\ntwo');
  expect(calledCommand('/workspace:a:b', commands)).toBe('/workspace:a:b');
  for (const prompt of ['/a', '/clear', '/hidden', '/workspace:clear', '/', '//a:b', '/usr/bin'])
    expect([prompt, calledCommand(prompt, commands)]).toEqual([prompt, null]);
});
