/** One event of a stream, as far as it is of use here. */
export interface StreamEvent {
  /** Its `event:` field; empty where it has none. */
  readonly name: string;
  /** Its `data:` lines together; empty where `wants` said no. */
  readonly data: string;
  /** Where in the stream its first line begins. */
  readonly offset: number;
}

/** A longer line is not kept. */
const longestLine = 1024 * 1024;
const longestData = 4 * longestLine;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothingSkimmed = { events: 0, bytes: 0 };

/**
 * Reads server-sent events as they pass: any line end, any number of `data:` lines. An event without the blank line after it is none, as for the
 * Agent SDK's program. Holds one event at most. Source: HTML Standard, section 9.2.6.
 */
export class EventStreamReader {
  readonly #onEvent: (event: StreamEvent) => void;
  readonly #wants: (name: string) => boolean;
  /** The line that is not at its end yet. */
  #rest = '';
  #isSkipping = false;
  #endedWithReturn = false;
  /** Characters before `#rest`. */
  #read = 0;
  #name = '';
  #data: string | null = null;
  #offset: number | null = null;

  /** @param wants whether the data of an event of this name are needed */
  constructor(onEvent: (event: StreamEvent) => void, wants: (name: string) => boolean) {
    this.#onEvent = onEvent;
    this.#wants = wants;
  }

  /**
   * Passes over the events of one kind that stand whole at the beginning of a piece, without taking them apart: most of an answer is these. Each
   * would have been given out with this name and without data.
   * @param head what such an event begins with, to the beginning of its one line of data
   * @returns how many events, and the bytes that they are
   */
  skim(piece: Buffer, head: Buffer): { readonly events: number; readonly bytes: number } {
    const isBetween = this.#rest === '' && this.#offset === null && !this.#endedWithReturn && this.#read > 0;
    if (!isBetween || this.#isSkipping || piece.includes(carriageReturn)) return nothingSkimmed;
    let events = 0;
    let at = 0;
    while (piece.length - at > head.length && head.compare(piece, at, at + head.length) === 0) {
      const end = piece.indexOf(lineFeed, at + head.length);
      if (end === -1 || piece[end + 1] !== lineFeed) break;
      events += 1;
      at = end + 2;
    }
    this.#read += at;
    return { events, bytes: at };
  }

  /** @param piece in Latin-1: a character that is split between two pieces stays what it is */
  read(piece: string): void {
    let text = piece;
    // The second half of a CRLF that came in two pieces ends no line of its own.
    if (this.#endedWithReturn && text.startsWith('\n')) {
      text = text.slice(1);
      this.#read += 1;
    }
    if (text === '') return;
    this.#endedWithReturn = text.endsWith('\r');
    const whole = this.#rest + text;
    let from = 0;
    let at = this.#rest.length;
    this.#rest = '';
    const hasReturns = text.includes('\r');
    for (;;) {
      const end = hasReturns ? nextLineEnd(whole, at) : whole.indexOf('\n', at);
      if (end === -1) break;
      this.#line(whole.slice(from, end), this.#read + from);
      from = whole[end] === '\r' && whole[end + 1] === '\n' ? end + 2 : end + 1;
      at = from;
    }
    this.#read += from;
    this.#rest = whole.slice(from);
    if (this.#rest.length <= longestLine) return;
    this.#read += this.#rest.length;
    this.#rest = '';
    this.#isSkipping = true;
  }

  #line(text: string, offset: number): void {
    if (this.#isSkipping) {
      this.#isSkipping = false;
      return;
    }
    const line = offset === 0 ? text.replace(byteOrderMark, '') : text;
    if (line === '') {
      this.#dispatch();
      return;
    }
    this.#offset ??= offset;
    if (line.startsWith('event:')) this.#name = fieldAt(line, 6);
    else if (line.startsWith('data:')) this.#addData(line);
  }

  #addData(line: string): void {
    if (this.#name !== '' && !this.#wants(this.#name)) {
      this.#data = '';
      return;
    }
    const data = this.#data === null ? fieldAt(line, 5) : `${this.#data}\n${fieldAt(line, 5)}`;
    this.#data = data.length > longestData ? '' : data;
  }

  #dispatch(): void {
    const [name, data, offset] = [this.#name, this.#data, this.#offset];
    this.#name = '';
    this.#data = null;
    this.#offset = null;
    if (data !== null) this.#onEvent({ name, data, offset: offset ?? 0 });
  }
}

/** Of UTF-8, read as Latin-1. */
const byteOrderMark = /^\u00ef\u00bb\u00bf/;

function fieldAt(line: string, from: number): string {
  return line.slice(line[from] === ' ' ? from + 1 : from);
}

function nextLineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const back = text.indexOf('\r', from);
  if (back === -1) return feed;
  return feed === -1 ? back : Math.min(feed, back);
}
