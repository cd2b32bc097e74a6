import { expect, it } from 'vitest';
import { textBefore } from './text-before.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at + 1}\n`);

it('takes a diff of several places back, and leaves the lines between them', () => {
  const before = numbers(20).join('');
  const after = before.replace('2\n', 'two\n').replace('19\n', '').replace('20\n', '20\nend\n');
  const diff = [
    ...['===', '--- /projects/a', '+++ /projects/a'],
    ...['@@ -1,3 +1,3 @@', ' 1', '-2', '+two', ' 3'],
    ...['@@ -18,3 +18,3 @@', ' 18', '-19', ' 20', '+end', ''],
  ].join('\n');
  expect(textBefore(after, diff)).toBe(before);
});

it('knows lines that have no end, on either side, and returns of the carriage', () => {
  const head = '--- a\n+++ a\n@@ -1,2 +1,2 @@\n';
  const noEnd = '\\ No newline at end of file\n';
  expect(textBefore('a\r\nc\n', `${head} a\r\n-b\n${noEnd}+c\n`)).toBe('a\r\nb');
  expect(textBefore('a\r\nc', `${head} a\r\n-b\n+c\n${noEnd}`)).toBe('a\r\nb\n');
});

it('takes back what was all removed, or all added', () => {
  expect(textBefore('', '--- a\n+++ a\n@@ -1,2 +0,0 @@\n-a\n-b\n')).toBe('a\nb\n');
  expect(textBefore('a\n', '--- /dev/null\n+++ a\n@@ -0,0 +1,1 @@\n+a\n')).toBe('');
});

it('says nothing where the diff leads to another text, or is none', () => {
  const diff = '--- a\n+++ a\n@@ -1,2 +1,2 @@\n \ta\n-b\n+c\n';
  expect(textBefore('\ta\nc\n', diff)).toBe('\ta\nb\n');
  for (const other of ['    a\nc\n', '\ta\nc', '\ta\nd\n', '']) expect(textBefore(other, diff)).toBeNull();
  expect(textBefore('a\n', '')).toBeNull();
  expect(textBefore('a\n', '@@ -1 +9 @@\n-b\n+a\n')).toBeNull();
  expect(textBefore('a\n', '@@ -1 +1 @@\n-b\n+a\nsomething else')).toBeNull();
});
