/** Frames of one answer, each another one: a lost, doubled or changed frame cannot look like its neighbour. */
export interface NumberedFrames {
  /** Which answer. */
  readonly stream: number;
  readonly frames: number;
}

/** Text that is easily broken: several bytes to a character, what ends a line elsewhere, what looks like a frame. */
const texts = [
  'x'.repeat(120),
  'é\u2028\u2029👩‍💻',
  '\\u00e9\\n\\n',
  'event: message_stop',
  ' \t data:',
  '日本語'.repeat(9),
];

/** All of them in order: what a program of the Messages API may meet, with pings, comments, unknown events and both kinds of line ends. */
export function* numberedFrames({ stream, frames }: NumberedFrames): Generator<Buffer> {
  for (let at = 0; at < frames; at += 1) yield Buffer.from(frameOf(stream, at, at === 0, at === frames - 1));
}

function frameOf(stream: number, at: number, isFirst: boolean, isLast: boolean): string {
  const id = `${stream}-${at}`;
  const usage = { input_tokens: 1, output_tokens: 1 };
  if (isFirst) return frame('message_start', { message: { id, model: 'claude-opus-4-8', usage } });
  if (isLast) return frame('message_stop', { id });
  if (at % 101 === 0) return `: comment ${id}\n\n`;
  if (at % 53 === 0) return frame('ping', { id });
  if (at % 71 === 0) return frame('of_tomorrow', { id, odd: [1, null, 'é'] });
  const text = `${id} ${texts[at % texts.length]}`;
  const delta = frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  return at % 37 === 0 ? delta.replaceAll('\n', '\r\n') : delta;
}

function frame(type: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/** Counts the frames that came whole, in their place, and with every byte. */
export class FrameCheck {
  readonly #expected: Generator<Buffer>;
  #frame: Buffer = Buffer.alloc(0);
  #isBroken = false;
  /** Until the first byte that was another; one less where more came than there is. */
  intact = 0;

  constructor(what: NumberedFrames) {
    this.#expected = numberedFrames(what);
    this.#next();
  }

  /** The next bytes of the answer. */
  take(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.#isBroken; ) {
      const length = Math.min(this.#frame.length, bytes.length - at);
      if (length === 0) this.intact -= 1;
      this.#isBroken = length === 0 || bytes.compare(this.#frame, 0, length, at, at + length) !== 0;
      if (this.#isBroken) return;
      this.#frame = this.#frame.subarray(length);
      at += length;
      if (this.#frame.length > 0) continue;
      this.intact += 1;
      this.#next();
    }
  }

  /** Empty once there are no more: whatever comes then is too much. */
  #next(): void {
    this.#frame = this.#expected.next().value ?? Buffer.alloc(0);
  }
}
