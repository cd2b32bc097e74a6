import { expect, it } from 'vitest';
import { textChunks } from './text-chunks.ts';

it.each([
  ['nothing', ''],
  ['what fits', 'a b c'],
  ['lines', 'one line of text\n'.repeat(200)],
  ['words without line ends', 'word '.repeat(500)],
  ['one long word', 'x'.repeat(3000)],
  ['characters of two units', '😀'.repeat(1500)],
])('loses nothing of %s, and exceeds no size', (_, text) => {
  const chunks = textChunks(text, 1001);
  expect(chunks.join('')).toBe(text);
  for (const chunk of chunks) {
    expect(chunk.length).toBeLessThanOrEqual(1001);
    expect(chunk.isWellFormed()).toBe(true);
  }
});

it('cuts behind a line end rather than a space, and there rather than in a word', () => {
  expect(textChunks(`${'a'.repeat(900)}\nb b ${'c'.repeat(90)}${'d'.repeat(50)}`, 1000)[0]).toMatch(/\n$/);
  expect(textChunks(`${'a'.repeat(900)} ${'d'.repeat(200)}`, 1000)[0]).toMatch(/ $/);
});
