import { StringStream } from '@codemirror/language';
import type { CodeMode } from './code-modes.ts';

/** The colours of code; what is none of these has the colour of text. */
export const codeColours = ['comment', 'keyword', 'string', 'number', 'name'] as const;
export type CodeColour = (typeof codeColours)[number];

/** A stretch of a text, by its places in it. */
export interface CodeToken {
  readonly from: number;
  readonly to: number;
  readonly colour: CodeColour;
}

/** A longer line was not written by hand. From there on, nothing has a colour. */
const longestLine = 1_000;
const [tabSize, indentUnit] = [4, 2];

/**
 * The coloured stretches of `text`, line by line, so that the caller can stop after each. The work for a line is bounded by its length.
 * What a mode cannot read ends it.
 */
export function* codeTokens(mode: CodeMode, text: string): Generator<readonly CodeToken[]> {
  const state = mode.startState?.(indentUnit) ?? {};
  let at = 0;
  for (const line of text.split('\n')) {
    if (line.length > longestLine) return;
    yield tokensOfLine(mode, state, line, at);
    at += line.length + 1;
  }
}

function tokensOfLine(mode: CodeMode, state: unknown, line: string, at: number): readonly CodeToken[] {
  const tokens: CodeToken[] = [];
  const stream = new StringStream(line, tabSize, indentUnit);
  if (line === '') mode.blankLine?.(state, indentUnit);
  for (let idle = 0; !stream.eol(); ) {
    stream.start = stream.pos;
    const colour = colourOf(mode.token(stream, state));
    // A mode may change its state without reading on, but not forever.
    idle = stream.pos > stream.start ? 0 : idle + 1;
    if (idle > 10) stream.next();
    else if (colour !== null && idle === 0)
      tokens.push({ from: at + stream.start, to: at + stream.pos, colour });
  }
  return tokens;
}

/** By the names that CodeMirror's modes give, the first part of which says what it is. */
const colours: Readonly<Record<string, CodeColour>> = {
  comment: 'comment',
  meta: 'comment',
  keyword: 'keyword',
  modifier: 'keyword',
  tagName: 'keyword',
  string: 'string',
  'string-2': 'string',
  regexp: 'string',
  number: 'number',
  atom: 'number',
  bool: 'number',
  typeName: 'name',
  className: 'name',
  attributeName: 'name',
  def: 'name',
  builtin: 'name',
};

/** @param style some modes give nothing at all for plain text, whatever their types say */
function colourOf(style: string | null | undefined): CodeColour | null {
  if (!style) return null;
  // Where a name is defined, as in `variableName.definition`, and what the language brings.
  if (/\.(definition|standard|function)\b/.test(style)) return 'name';
  const [first = ''] = style.split(/[ .]/, 1);
  return Object.hasOwn(colours, first) ? (colours[first] ?? null) : null;
}
