import type { AgentLog } from '../child/index.ts';

/** How often it is tried to write what could not be written. */
const againMs = 15_000;
/** More are not kept in memory; a disk stays full for hours. */
const mostKept = 10_000;

/** Receipts that the disk did not take, kept in memory in their order until it does. */
export class LateReceipts {
  readonly #log: AgentLog;
  readonly #waiting: (() => unknown)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(log: AgentLog) {
    this.#log = log;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @param write throws where it cannot be written yet */
  keep(write: () => unknown): void {
    if (this.#waiting.length >= mostKept) {
      this.#log('warn', 'a receipt is lost: too many wait to be written');
      return;
    }
    this.#waiting.push(write);
    this.#log('warn', `receipts not written yet: ${this.#waiting.length}`);
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
    if (this.#waiting.length > 0) this.#log('warn', `receipts lost: ${this.#waiting.length}`);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.flush(), againMs).unref();
  }
}
