/** About how long a piece is, in characters. */
const pieceLength = 65_536;
/** About how large a value is, in characters, that is written at once. */
const largestWhole = 16_384;

/**
 * A value as JSON, in pieces that together are what `JSON.stringify` gives: each takes a millisecond or two to make, however large the
 * value is, so that the writer can do other work in between. `undefined` members are left out; the value is what JSON can
 * hold, and no deeper than a stack.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let pending = '';
  for (const token of tokens(value)) {
    pending += token;
    if (pending.length < pieceLength) continue;
    yield pending;
    pending = '';
  }
  if (pending !== '') yield pending;
}

function* tokens(value: unknown): Generator<string> {
  if (sizeUpTo(largestWhole, value) <= largestWhole) {
    yield JSON.stringify(value) ?? 'null';
  } else if (typeof value === 'string') {
    yield '"';
    yield* slices(value);
    yield '"';
  } else if (Array.isArray(value)) {
    let before = '[';
    for (const each of value) {
      yield before;
      yield* tokens(each);
      before = ',';
    }
    yield ']';
  } else {
    let before = '{';
    for (const [name, each] of Object.entries(value as object)) {
      if (each === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* tokens(each);
      before = ',';
    }
    yield '}';
  }
}

/** Whether a value is large enough to be written in pieces. */
export function isLarge(value: unknown): boolean {
  return sizeUpTo(pieceLength, value) > pieceLength;
}

/** About how many characters a value takes as JSON; no longer counted once it is above `most`. */
function sizeUpTo(most: number, value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const name in value) {
    size += name.length + 4 + sizeUpTo(most - size, (value as Record<string, unknown>)[name]);
    if (size > most) break;
  }
  return size;
}

/** A text without its quotation marks. Cut between the halves of a pair, each would be written as an escape of its own. */
function* slices(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + largestWhole);
    if (to < text.length && isFirstHalf(text.charCodeAt(to - 1))) to -= 1;
    yield JSON.stringify(text.slice(from, to)).slice(1, -1);
    from = to;
  }
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
