import { loggableError, StoreError } from '../errors/index.ts';

/** How often it is tried to write what could not be written. */
const againMs = 15_000;
/** More are not kept in memory; a disk stays full for hours. */
const mostKept = 10_000;

/** Receipts, and what else must not be lost, that the disk did not take: kept in memory in their order until it does. */
export class LateWrites {
  readonly #log: (line: string) => void;
  readonly #waiting: (() => unknown)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Writes it, or keeps it where the disk does not take it now. @param write throws `StoreError` then */
  write(write: () => unknown): void {
    this.flush();
    try {
      write();
    } catch (error) {
      if (error instanceof StoreError) this.keep(write);
      else this.#log(`lost, it could not be written: ${loggableError(error)}`);
    }
  }

  /** @param write throws where it cannot be written yet */
  keep(write: () => unknown): void {
    if (this.#waiting.length >= mostKept) {
      this.#log('lost, it could not be written: too many wait');
      return;
    }
    this.#waiting.push(write);
    this.#log(`not written yet: ${this.#waiting.length}`);
    this.#later();
  }

  /** Writes what can be written now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting[0] !== undefined) {
      try {
        this.#waiting[0]();
      } catch {
        this.#later();
        return;
      }
      this.#waiting.shift();
    }
  }

  /** Tries a last time. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#log(`lost, they could not be written: ${this.#waiting.length}`);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), againMs).unref();
  }
}
