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
  const last = wanted.at(-1);
  const isWanted = (each: string): boolean =>
    wanted.includes(each) || (last !== undefined && each.startsWith(last));
  const hits: { start: number; end: number; token: string }[] = [];
  for (const { 0: token, index: start } of text.matchAll(word)) {
    const plain = folded(token);
    if (isWanted(plain)) hits.push({ start, end: start + token.length, token: plain });
  }
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

/** The hit after which the most different words follow closely. */
function bestOf(hits: readonly { readonly start: number; readonly token: string }[]): number {
  let [best, most] = [0, 0];
  for (const [index, { start }] of hits.entries()) {
    const near = new Set<string>();
    for (let next = index; (hits[next]?.start ?? Number.POSITIVE_INFINITY) < start + after; next += 1)
      near.add(hits[next]?.token ?? '');
    if (near.size > most) [best, most] = [index, near.size];
  }
  return best;
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
