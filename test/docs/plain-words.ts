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
  /** `comments`: a sentence that a user reads may say it. `texts`: what a user reads must not, whatever comments say. */
  readonly where: 'everywhere' | 'comments' | 'texts';
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

/** Phrases that the window and the command line do not say, each with the one that docs/words.md chose. */
export const bannedPhrases: readonly BannedWords[] = (
  [
    ['may do', 'Permissions'],
    ['needs you', 'Action needed'],
    ['waits for you(?! to)|waiting for you', 'Continue in your browser; Waits until you answer'],
    ['pays(?: now)?:', 'paid by'],
    ['paid by nobody', 'paid by the sandbox, at no cost'],
    ['(?:dis|re)?connect again|(?<!\\.)disconnect(?:ed)?|connect…', 'Sign in…, Sign in again, Sign out'],
    ['takes? over|took over|taken over', 'Switched to; is in use; imported'],
    ['go on with it|begin anew', 'Continue; Start over'],
    ['in its place of your order', 'leave it out'],
    ['read (?:it|them) again', 'Try again'],
    ['could not be (?:drawn|had)', 'could not be shown, could not be obtained'],
    ['(?:is|are) no (?:answer|absolute path|JSON object|valid \\w+)', 'is not a …'],
    ['nothing has come', 'No response'],
    ['cooling down', 'Paused until'],
    ['keep it', 'Cancel'],
    ['take (?:it )?back', 'Remove'],
    ['whole path', 'full path'],
    ['no answer means no', 'Answer within; Without an answer it stops'],
    ['reading…', 'Loading…'],
    ['refresh in settings', 'Renew now'],
    ['(?:postern|question|it) goes back', 'switches back'],
    ['by day and credential|adds the credential', 'account; sign-in, API key'],
    ['another now', 'account'],
  ] as const
).map(([words, instead]) => ({ words, instead, where: 'texts' }));

/** Where a user reads what is written there: the window, the command line, and the tables both show. */
export function isRead({ path }: WordedFile): boolean {
  return /^packages\/(?:ui|cli|contract)\/src\/.*\.tsx?$/.test(path);
}

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
  const comments = path.endsWith('.md') ? '' : linesOf(text, true);
  const parts = { everywhere: text, comments, texts: linesOf(text, false) };
  return banned.flatMap(({ words, instead, where }) =>
    [...parts[where].matchAll(patternOf(words))].map(
      ({ 0: what, index }) =>
        `${path}:${text.slice(0, index).split('\n').length}: “${what.replaceAll(/[\s*/]+/g, ' ')}”, better: ${instead}`,
    ),
  );
}

/** The text with everything but its whole-line comments blanked, or with nothing but them; each character keeps its place. */
function linesOf(text: string, isComment: boolean): string {
  return text
    .split('\n')
    .map((line) => (/^\s*(?:\/\/|\/?\*|\{\/\*)/.test(line) === isComment ? line : ' '.repeat(line.length)))
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
