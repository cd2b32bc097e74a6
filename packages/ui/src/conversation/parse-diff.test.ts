import { expect, it } from 'vitest';
import { type DiffLine, linesOfChunk, outlineDiff } from './parse-diff.ts';

function linesOf(diff: string): readonly DiffLine[] {
  return outlineDiff(diff).chunks.flatMap((chunk, index) => linesOfChunk(chunk, index === 0));
}

it('numbers the lines of both versions and counts what changed', () => {
  const diff =
    '--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ function f()\n kept\n-old\n+new\n+more\n last\n\\ No newline at end of file\n';
  expect(outlineDiff(diff)).toMatchObject({ added: 2, removed: 1, lines: 6 });
  expect(linesOf(diff)).toEqual([
    { kind: 'kept', before: 3, after: 3, text: 'kept' },
    { kind: 'removed', before: 4, after: null, text: 'old' },
    { kind: 'added', before: null, after: 4, text: 'new' },
    { kind: 'added', before: null, after: 5, text: 'more' },
    { kind: 'kept', before: 5, after: 6, text: 'last' },
    { kind: 'note', before: null, after: null, text: 'No newline at end of file' },
  ]);
});

it('takes changed lines that look like file headers for what they are', () => {
  const lines = linesOf('--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n--- old\n+++ new\n');
  expect(lines.map((line) => line.text)).toEqual(['-- old', '++ new']);
});

it('marks the gap between two hunks', () => {
  const lines = linesOf('@@ -1,1 +1,1 @@\n a\n@@ -9,1 +9,1 @@\n b\n');
  expect(lines.map((line) => line.kind)).toEqual(['kept', 'gap', 'kept']);
});

it('gives the same lines in however many chunks, and loses none', () => {
  const hunk = (at: number) => `@@ -${at},3 +${at},3 @@\n a\n-b${at}\n+c${at}\n`;
  const diff = `--- a/x\n+++ b/x\n${Array.from({ length: 900 }, (_, index) => hunk(1 + index * 10)).join('')}`;
  const outline = outlineDiff(diff);
  expect(outline.chunks.length).toBeGreaterThan(20);
  const lines = linesOf(diff);
  expect(lines).toHaveLength(outline.lines);
  expect(outline.chunks.map((chunk, index) => linesOfChunk(chunk, index === 0).length)).toEqual(
    outline.chunks.map((chunk) => chunk.lines),
  );
  expect(lines.at(-1)).toEqual({ kind: 'added', before: null, after: 8992, text: 'c8991' });
  expect(lines.filter(({ kind }) => kind === 'gap')).toHaveLength(899);
});
