import { Readable } from 'node:stream';

/** What reads a body. Each of its functions runs in the turn in which something came, `end` or `fail` once and last. */
export interface BodyReader {
  data(piece: Buffer): void;
  end(): void;
  /** It broke off, or was destroyed. */
  fail(): void;
}

/** The sender of a body, as the dispatcher knows it. */
export interface BodySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** More than that does not wait in memory for a reader. */
const mostWaiting = 64 * 1024;

/**
 * The body of an answer of the service, without a stream's queue and its turns: a piece goes from the parser to its reader in one call. One
 * reader at a time; what comes without one waits, and so does its sender.
 */
export class AnswerBody {
  readonly #source: BodySource;
  #reader: BodyReader | null = null;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #isHeld = false;
  #isSourcePaused = false;
  #isDelivering = false;

  constructor(source: BodySource) {
    this.#source = source;
  }

  /** From now on, everything goes to this reader: first what waits. */
  read(reader: BodyReader): void {
    this.#reader = reader;
    this.resume();
  }

  /** Takes the reader off. @param unread put back: the next reader begins with it */
  stop(unread: Buffer): void {
    this.#reader = null;
    if (unread.length === 0) return;
    this.#waiting.unshift(unread);
    this.#waitingBytes += unread.length;
  }

  get isPaused(): boolean {
    return this.#isHeld;
  }

  pause(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#deliver();
    if (this.#isHeld || this.#reader === null || !this.#isSourcePaused) return;
    this.#isSourcePaused = false;
    this.#source.resume();
  }

  /** Nothing more of it is wanted: where it is not at its end, its connection is closed. */
  destroy(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isHeld = false;
    if (this.#state === 'open') this.#source.abort(new Error('the rest of the answer is not wanted'));
    this.failed();
    this.#deliver();
  }

  /** For those who take their time: the same as a stream. It may break off before it is read, and its reader learns of that then. */
  stream(): Readable {
    const stream = new Readable({
      read: () => this.resume(),
      destroy: (error, done) => {
        this.destroy();
        done(error);
      },
    });
    stream.on('error', () => undefined);
    this.read({
      data: (piece) => {
        if (!stream.push(piece)) this.pause();
      },
      end: () => void stream.push(null),
      fail: () => stream.destroy(new Error('the answer broke off')),
    });
    return stream;
  }

  /** From the sender: one more piece. */
  came(piece: Buffer): void {
    if (this.#state !== 'open') return;
    if (this.#reader !== null && !this.#isHeld && !this.#isDelivering && this.#waiting.length === 0) {
      this.#reader.data(piece);
      return;
    }
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes <= mostWaiting || this.#isSourcePaused) return;
    this.#isSourcePaused = true;
    this.#source.pause();
  }

  /** From the sender: that was all. */
  ended(): void {
    this.#close('ended');
  }

  /** From the sender: no more will come. What waits is still read. */
  failed(): void {
    this.#close('failed');
  }

  #close(state: 'ended' | 'failed'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#deliver();
  }

  #deliver(): void {
    // A reader that pauses, resumes or destroys while it reads comes back here: the loop that runs goes on.
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (this.#reader !== null && !this.#isHeld) {
        const piece = this.#waiting.shift();
        if (piece === undefined) break;
        this.#waitingBytes -= piece.length;
        this.#reader.data(piece);
      }
    } finally {
      this.#isDelivering = false;
    }
    if (this.#state === 'open' || this.#waiting.length > 0 || this.#isHeld) return;
    const reader = this.#reader;
    this.#reader = null;
    if (this.#state === 'ended') reader?.end();
    else reader?.fail();
  }
}
