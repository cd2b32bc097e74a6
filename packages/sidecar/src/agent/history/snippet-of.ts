import { readable, searchable } from './spoken-text.ts';

/** Characters before and after the first word that was found. */
const [before, after] = [60, 140];
const word = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

/** A piece of what was said, on one line. */
export interface TextSnippet {
  readonly snippet: string;
  /** Where in it the words are that were looked for, in UTF-16 units. */
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}

/**
 * The piece of a row in which most of the words of a search stand together, or its beginning. SQLite's own `snippet` would look for the row
 * once more, through the index of the word: with many conversations that costs more than all the rest. Pure.
 * @param text as the index keeps it
 */
export function snippetOf(text: string, search: string): TextSnippet {
  const wanted = [...searchable(search).matchAll(word)].map(([each]) => folded(each));
  const hits = hitsAsWritten(text, wanted) ?? hitsFolded(text, wanted);
  const first = hits[bestOf(hits)]?.start ?? 0;
  const from = wordAt(text, first - before, 1);
  const to = wordAt(text, first + after, -1);
  const marks: { start: number; end: number }[] = [];
  let snippet = from === 0 ? '' : '…';
  let at = from;
  for (const { start, end } of hits) {
    if (start < from || end > to) continue;
    snippet += plainLine(text.slice(at, start));
    const shown = readable(text.slice(start, end));
    const lastMark = marks.at(-1);
    const mark = { start: snippet.length, end: snippet.length + shown.length };
    // Of writing without spaces each sign is a word.
    if (lastMark?.end === mark.start) lastMark.end = mark.end;
    else marks.push(mark);
    snippet += shown;
    at = end;
  }
  return { snippet: `${snippet}${plainLine(text.slice(at, to))}${to < text.length ? '…' : ''}`, marks };
}

interface Hit {
  readonly start: number;
  readonly end: number;
  /** Which of the wanted words. */
  readonly token: string;
}

/** Most places of one word that are looked at. */
const mostHits = 100;
const inWord = /[\p{L}\p{N}\p{M}\p{Co}]/u;
const restOfWord = /[\p{L}\p{N}\p{M}\p{Co}]*/uy;

/** Where the words stand as they were typed, in any case: quick. Null where one of them does not. */
function hitsAsWritten(text: string, wanted: readonly string[]): Hit[] | null {
  const lowered = text.toLowerCase();
  if (lowered.length !== text.length) return null;
  const hits: Hit[] = [];
  for (const [index, token] of wanted.entries()) {
    const before = hits.length;
    let at = lowered.indexOf(token);
    for (; at >= 0 && hits.length - before < mostHits; at = lowered.indexOf(token, at + token.length)) {
      if (at > 0 && inWord.test(lowered.charAt(at - 1))) continue;
      restOfWord.lastIndex = at;
      const end = at + (restOfWord.exec(lowered)?.[0].length ?? 0);
      if (end === at + token.length || index === wanted.length - 1) hits.push({ start: at, end, token });
    }
    if (hits.length === before) return null;
  }
  return hits.sort((one, other) => one.start - other.start);
}

/** Where they stand with other marks than were typed. */
function hitsFolded(text: string, wanted: readonly string[]): Hit[] {
  const last = wanted.at(-1);
  const hits: Hit[] = [];
  for (const { 0: written, index: start } of text.matchAll(word)) {
    const token = folded(written);
    if (wanted.includes(token) || (last !== undefined && token.startsWith(last)))
      hits.push({ start, end: start + written.length, token });
  }
  return hits;
}

/** The hit after which the most different words follow, and of several the one where they stand closest. */
function bestOf(hits: readonly Hit[]): number {
  let best = { index: 0, words: 0, span: 0 };
  for (const [index, { start }] of hits.entries()) {
    const near = new Set<string>();
    let span = 0;
    for (let next = index; next < hits.length; next += 1) {
      const hit = hits[next];
      if (hit === undefined || hit.start >= start + after) break;
      if (!near.has(hit.token)) span = hit.start - start;
      near.add(hit.token);
    }
    if (near.size > best.words || (near.size === best.words && span < best.span))
      best = { index, words: near.size, span };
  }
  return best.index;
}

/** The nearest place from `at` on, in this direction, where a word begins or ends; the end of the text where it is passed. */
function wordAt(text: string, at: number, step: 1 | -1): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  const space = step === 1 ? text.indexOf(' ', at) : text.lastIndexOf(' ', at);
  // A text without spaces is cut between characters.
  if (space < 0 || Math.abs(space - at) > before / 2) return at - (isSecondHalf(text, at) ? 1 : 0);
  return step === 1 ? space + 1 : space;
}

function isSecondHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** As SQLite's tokenizer compares words: without case and marks. */
function folded(token: string): string {
  return token.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function plainLine(text: string): string {
  return readable(text).replace(/\s+/g, ' ');
}
