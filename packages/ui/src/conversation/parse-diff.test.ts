import { expect, it } from 'vitest';
import { parseDiff } from './parse-diff.ts';

it('numbers the lines of both versions and counts what changed', () => {
  const diff =
    '--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ function f()\n kept\n-old\n+new\n+more\n last\n\\ No newline at end of file\n';
  expect(parseDiff(diff)).toEqual({
    added: 2,
    removed: 1,
    lines: [
      { kind: 'kept', before: 3, after: 3, text: 'kept' },
      { kind: 'removed', before: 4, after: null, text: 'old' },
      { kind: 'added', before: null, after: 4, text: 'new' },
      { kind: 'added', before: null, after: 5, text: 'more' },
      { kind: 'kept', before: 5, after: 6, text: 'last' },
    ],
  });
});

it('takes changed lines that look like file headers for what they are', () => {
  const { lines } = parseDiff('--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n--- old\n+++ new\n');
  expect(lines.map((line) => line.text)).toEqual(['-- old', '++ new']);
});

it('marks the gap between two hunks', () => {
  const { lines } = parseDiff('@@ -1,1 +1,1 @@\n a\n@@ -9,1 +9,1 @@\n b\n');
  expect(lines.map((line) => line.kind)).toEqual(['kept', 'gap', 'kept']);
});
