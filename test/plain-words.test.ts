import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bannedPhrases, bannedWords, bannedWordsOf, isRead, readWordedFiles } from './docs/plain-words.ts';

describe('product source, its texts and the pages', () => {
  it('say it in the plain words of the field', () => {
    const files = readWordedFiles();
    expect(files.length).toBeGreaterThan(700);
    expect(files.flatMap((file) => bannedWordsOf(file))).toEqual([]);
  });
});

describe('the window and the command line', () => {
  it('use the words of docs/words.md, not others for the same thing', () => {
    const files = readWordedFiles().filter((file) => isRead(file));
    expect(files.length).toBeGreaterThan(250);
    expect(files.flatMap((file) => bannedWordsOf(file, bannedPhrases))).toEqual([]);
  });

  it('are held to what a user reads, in JSX text broken over lines too, and comments are not', () => {
    const found = (text: string) =>
      bannedWordsOf({ path: 'packages/ui/src/x.tsx', text }, bannedPhrases).length;
    expect(found('<Fact name="May do">')).toBe(1);
    expect(found('      <p>\n        Claude Code waits for\n        you.\n      </p>')).toBe(1);
    expect(found("'Ready · pays: nobody'")).toBe(1);
    expect(found('// What the browser may do.\nconst mayDo = 1;')).toBe(0);
  });

  it('names every phrase, with its better one, on the page', () => {
    const page = readFileSync(new URL('../docs/words.md', import.meta.url), 'utf8');
    const better = bannedPhrases.flatMap(({ instead }) => instead.split(/[;,] /));
    expect(better.filter((each) => !page.includes(each.replace(/…$/, '')))).toEqual([]);
  });
});

describe('the check itself', () => {
  const found = (text: string, path = 'x.ts'): readonly string[] => bannedWordsOf({ path, text });

  it('names file, line and the better word', () => {
    expect(found('\n// It retries by itself.')).toEqual([
      'x.ts:2: “by itself”, better: automatically, on its own',
    ]);
    expect(found("const a = 'Not trusted any more.';")).toHaveLength(1);
    expect(found('It rests until then.', 'docs/a.md')).toHaveLength(1);
  });

  it('finds words that a comment breaks over two lines', () => {
    expect(found('/**\n * Asks the\n * person.\n */')).toEqual(['x.ts:2: “the person”, better: the user']);
  });

  it('leaves alone what is another word, a name in code, or fit for a user', () => {
    expect(found('// The rest follows REST; see restsOf and anymoreTests.')).toEqual([]);
    expect(found("const nobody = 'Paid by nobody (sandbox)';")).toEqual([]);
    expect(found('Nobody but you reads it.', 'docs/a.md')).toEqual([]);
  });

  it('has a better word for every banned one, that is not banned itself', () => {
    const better = bannedWords.map(({ instead }) => `// ${instead}`);
    expect(better.flatMap((text) => found(text))).toEqual([]);
  });
});
