/** Characters of a piece of Markdown that is parsed; what is longer is shown as the text it is. */
export const longestPiece = 16_000;
/** From here on, a list is cut between two of its items. */
const longList = 4_000;
const lineEnd = 10;
/** Of a line, as much as says what it is. */
const lineStart = 200;

/** A text in pieces that can be drawn one by one, and each of which is parsed in bounded time. They join to the text. */
export interface MarkdownPieces {
  readonly text: string;
  readonly pieces: readonly string[];
}

/** Nothing yet. */
export const noPieces: MarkdownPieces = { text: '', pieces: [] };

/** The pieces of `text`. What they were before it grew is kept, so that an answer that streams is not read again from its beginning. */
export function extendPieces(before: MarkdownPieces, text: string): MarkdownPieces {
  if (text === before.text) return before;
  const settled = before.pieces.slice(0, -1);
  const settledLength = before.text.length - (before.pieces.at(-1)?.length ?? 0);
  // A definition at the end may serve a place at the beginning, so short texts are split as a whole.
  if (text.length <= longestPiece || settled.length === 0 || !text.startsWith(before.text))
    return { text, pieces: splitMarkdown(text) };
  return { text, pieces: [...settled, ...cut(text.slice(settledLength))] };
}

/**
 * Cut at blank lines between paragraphs and around a fenced block; never inside a fenced block, a quotation, or a list of ordinary
 * length. A short text is not cut at all where a definition in one place serves another.
 */
export function splitMarkdown(text: string): readonly string[] {
  const hasDefinition = text.length <= longestPiece && /^ {0,3}\[[^\]\n]{1,999}\]:/m.test(text);
  return hasDefinition ? [text] : cut(text);
}

function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  let afterBlank = false;
  let afterFence = false;
  for (let at = 0; at < text.length; ) {
    const end = endOfLine(text, at);
    const first = text.charCodeAt(at);
    if (first === lineEnd) {
      afterBlank = true;
      at = end;
      continue;
    }
    // Of most lines, nothing but the first character has to be looked at.
    if (!afterFence && !afterBlank && at - from < longList && isPlain(first)) {
      at = end;
      continue;
    }
    const line = text.slice(at, Math.min(end, at + lineStart));
    const isBlank = line.trim() === '';
    if (!isBlank && at > from && (afterFence || startsPiece(line, afterBlank, at - from))) {
      pieces.push(text.slice(from, at));
      from = at;
    }
    if (!isBlank) afterFence = false;
    afterBlank = isBlank;
    const fence = !isPlain(first) ? /^ {0,3}(`{3,}(?![^\n]*`)|~{3,})/.exec(line)?.[1] : undefined;
    at = fence === undefined ? end : endOfFence(text, end, fence);
    // Indented, it may belong to a list that goes on; behind another, everything is new.
    if (fence !== undefined) afterFence = !line.startsWith(' ');
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** Where the line behind the one that closes a fenced block begins; the end of the text where none closes it. */
function endOfFence(text: string, from: number, fence: string): number {
  for (let at = text.indexOf(fence, from); at !== -1; at = text.indexOf(fence, endOfLine(text, at))) {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, Math.min(endOfLine(text, at), at + lineStart));
    if (/^ {0,3}(?:`+|~+)\s*$/.test(line)) return endOfLine(text, at);
  }
  return text.length;
}

/** Whether a line that begins so neither is blank or indented nor begins or ends a fenced block. */
function isPlain(character: number): boolean {
  return character > 32 && character < 127 && character !== 96 && character !== 126;
}

function endOfLine(text: string, at: number): number {
  return text.indexOf('\n', at) + 1 || text.length;
}

function startsPiece(line: string, afterBlank: boolean, length: number): boolean {
  if (/^(?:`{3,}|~{3,})/.test(line)) return true;
  if (afterBlank && startsParagraph(line)) return true;
  if (length > longList && /^(?:[-*+]|\d{1,9}[.)])\s/.test(line)) return true;
  return length + lineStart > longestPiece;
}

/** A line that goes on with nothing before it: not indented, no list item, no quotation, no table row. */
function startsParagraph(line: string): boolean {
  return /^[^\s>|*+-]/.test(line) && !/^\d+[.)]/.test(line);
}

/** The code of a piece that is one fenced block and nothing else, closed or not; null for every other piece. */
export function fencedCode(
  piece: string,
): { readonly language: string | null; readonly code: string } | null {
  const opening = /^(`{3,}(?![^\n]*`)|~{3,})([^\n]{0,200})\n/.exec(piece);
  if (opening?.[1] === undefined) return null;
  const begin = opening[0].length;
  const end = endOfFence(piece, begin, opening[1]);
  if (piece.slice(end).trim() !== '') return null;
  const lastLine = piece.lastIndexOf('\n', end - 2) + 1;
  const isClosed = lastLine >= begin && /^ {0,3}(?:`{3,}|~{3,})\s*$/.test(piece.slice(lastLine, end));
  const language = opening[2]?.trim().split(/\s/)[0] ?? '';
  return { language: language === '' ? null : language, code: piece.slice(begin, isClosed ? lastLine : end) };
}
