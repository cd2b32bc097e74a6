import { expect, it } from 'vitest';
import { sessionLines } from './session-lines.ts';

/** A file in memory, of which each read gives at most `most` bytes. */
function fileOf(text: string, most: number): Parameters<typeof sessionLines>[0] {
  const bytes = Buffer.from(text);
  const read = async (into: Buffer, _at: number, length: number, from: number) => ({
    bytesRead: bytes.copy(into, 0, from, Math.min(bytes.length, from + Math.min(length, most))),
    buffer: into,
  });
  return { read: read as Parameters<typeof sessionLines>[0]['read'] };
}

async function linesOf(text: string, from: number, most: number, longest?: number): Promise<unknown[]> {
  const lines: unknown[] = [];
  const size = Buffer.byteLength(text);
  for await (const piece of sessionLines(fileOf(text, most), from, size, longest))
    for (const line of piece)
      lines.push([line.offset, line.text?.toString('utf8') ?? null, ...(line.ended ? [] : ['open'])]);
  return lines;
}

it.each([1, 2, 7, 100])('lines are whole, whatever arrives at once (%i bytes)', async (most) => {
  const text = 'eins\n\nzwölf\ndrei';
  expect(await linesOf(text, 0, most)).toEqual([
    [0, 'eins'],
    [5, ''],
    [6, 'zwölf'],
    [13, 'drei', 'open'],
  ]);
  expect(await linesOf(text, 6, most)).toEqual([
    [6, 'zwölf'],
    [13, 'drei', 'open'],
  ]);
});

it('a line that is too long is passed over, and the next one is where it stands', async () => {
  expect(await linesOf('a\n0123456789\nb\n', 0, 3, 5)).toEqual([
    [0, 'a'],
    [2, null],
    [13, 'b'],
  ]);
});
