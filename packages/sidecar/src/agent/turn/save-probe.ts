import { within } from '../child/index.ts';

/** How long the end of a query waits for what a try says; a file system that hangs must not hold it. */
const patienceMs = 500;

/**
 * Tries once in a query whether its conversation can be saved. Not before the answer has begun: what is written is written into a folder that the
 * program watches, and it looks through that folder again while it prepares its call.
 */
export class SaveProbe {
  readonly #probe: () => Promise<string | null>;
  readonly #tell: (reason: string) => void;
  #tried: Promise<void> | null = null;

  /**
   * @param probe why it cannot be saved now; null where it can
   * @param tell gets that
   */
  constructor(probe: () => Promise<string | null>, tell: (reason: string) => void) {
    this.#probe = probe;
    this.#tell = tell;
  }

  /** The answer has begun. */
  begin(): void {
    this.#tried ??= this.#try();
  }

  /** Settles once it is known, before the last event of the query. Tries now where no answer has begun. */
  async finished(): Promise<void> {
    this.begin();
    if (this.#tried !== null) await within(patienceMs, this.#tried, undefined);
  }

  async #try(): Promise<void> {
    const reason = await this.#probe();
    if (reason !== null) this.#tell(reason);
  }
}
