import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './read-pages.ts';

/** A file whose English is checked. */
export interface WordedFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** Words that are not used here, and what is said instead. */
export interface BannedWords {
  /** A regular expression; a space in it also matches a line break within a comment. */
  readonly words: string;
  readonly instead: string;
  /** `comments`: a sentence that a user reads may say it. */
  readonly where: 'everywhere' | 'comments';
}

/** Words of other fields and of translated prose, each with the standard term of ours. Only what is never right is listed. */
export const bannedWords: readonly BannedWords[] = [
  { words: '(?:a|the|no|any|each|every|another) person', instead: 'the user', where: 'comments' },
  {
    words: '(?:nobody|somebody|anybody|everybody)',
    instead: 'the caller, the user, another process: name it, or say what happens',
    where: 'comments',
  },
  {
    words: '(?:whoever|whomever)',
    instead: 'the caller, the reader, the operator: name it',
    where: 'comments',
  },
  { words: '(?:is|are|was|were|be|been) told', instead: 'is notified, receives, gets', where: 'comments' },
  { words: '(?:hears?|heard) (?:of|from)', instead: 'is notified of, receives', where: 'comments' },
  { words: '(?:nothing|anything) was heard', instead: 'no event came', where: 'comments' },
  { words: 'anew', instead: 'again', where: 'comments' },
  {
    words: '(?:every|each|other|the) rooms? (?:may|that|gets)',
    instead: 'module',
    where: 'comments',
  },
  { words: 'rest(?:s|ed|ing)', instead: 'cools down, backs off; is kept, is stored', where: 'everywhere' },
  { words: 'any ?more', instead: 'no longer', where: 'everywhere' },
  { words: 'by (?:itself|themselves)', instead: 'automatically, on its own', where: 'everywhere' },
  { words: 'of (?:its|their) own accord', instead: 'automatically', where: 'everywhere' },
  { words: 'at the moment', instead: 'now, right now', where: 'everywhere' },
  { words: 'for ever', instead: 'forever', where: 'everywhere' },
  { words: 'stand-ins?', instead: 'the sandbox, a fake', where: 'everywhere' },
  { words: '(?<!-)surroundings', instead: 'environment, context', where: 'everywhere' },
  { words: '(?:the|this|our) house', instead: 'the codebase, the other modules', where: 'everywhere' },
];

const sources = ['packages/*/{src,bin}/**/*.{ts,tsx,css}'];
const pages = ['*.md', 'docs/**/*.md', '{packages/*,packaging,bench}/*.md'];

/** Product source with its texts for users, the command line's help among them, and every page. Tests and their equipment are left out. */
export function readWordedFiles(): readonly WordedFile[] {
  return globSync([...sources, ...pages], { cwd: root, exclude: ['**/node_modules/**', '**/*.test.*'] })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Banned words of a file, each as `path:line: “words”, better: instead`. Pure. */
export function bannedWordsOf(
  { path, text }: WordedFile,
  banned: readonly BannedWords[] = bannedWords,
): readonly string[] {
  const comments = path.endsWith('.md') ? '' : commentsOf(text);
  return banned.flatMap(({ words, instead, where }) =>
    [...(where === 'comments' ? comments : text).matchAll(patternOf(words))].map(
      ({ 0: what, index }) =>
        `${path}:${text.slice(0, index).split('\n').length}: “${what.replaceAll(/[\s*/]+/g, ' ')}”, better: ${instead}`,
    ),
  );
}

/** The text with everything but its whole-line comments blanked; each character keeps its place. */
function commentsOf(text: string): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(?:\/\/|\/?\*|\{\/\*)/.test(line) ? line : ' '.repeat(line.length)))
    .join('\n');
}

const patterns = new Map<string, RegExp>();

function patternOf(words: string): RegExp {
  const known = patterns.get(words);
  if (known !== undefined) return known;
  const pattern = new RegExp(`(?<![\\w$])(?:${words.replaceAll(/ (?!\?)/g, '[\\s*/]+')})(?![\\w$])`, 'gi');
  patterns.set(words, pattern);
  return pattern;
}
