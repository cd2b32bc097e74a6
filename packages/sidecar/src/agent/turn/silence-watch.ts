import type { QueryEvent } from '@postern/contract';

/** When silence is reported, and when it ends the query. */
export interface SilenceLimits {
  readonly noticeMs: number;
  readonly limitMs: number;
}

/** How often silence is reported again. */
const againMs = 60_000;
/** Not the ids of any call or question. */
const inBackground = 'in background';
const untilReset = 'until a reset';

/**
 * Watches for the silence of the service while a turn runs. Time in which a tool runs, a question waits or the query is held until a plan's
 * reset is not the service's, and does not count.
 */
export class SilenceWatch {
  readonly #limits: SilenceLimits;
  readonly #onNotice: (seconds: number, endsAtSeconds: number) => void;
  readonly #onLimit: () => void;
  /** Tools that run, questions that wait, and a wait for a reset. */
  readonly #open = new Set<string>();
  #isRunning = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param onNotice receives how many seconds it has lasted, and after how many it ends the query */
  constructor(
    limits: SilenceLimits,
    onNotice: (seconds: number, endsAtSeconds: number) => void,
    onLimit: () => void,
  ) {
    this.#limits = limits;
    this.#onNotice = onNotice;
    this.#onLimit = onLimit;
  }

  begin(): void {
    this.#isRunning = true;
    this.#open.clear();
    this.heard();
  }

  end(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  /** The program said something. */
  heard(): void {
    clearTimeout(this.#timer);
    if (this.#isRunning && this.#open.size === 0) this.#wait(0, this.#limits.noticeMs);
  }

  /** Whether the turn waits for commands in the background, with nothing asked of the service. */
  pause(isPaused: boolean): void {
    if (isPaused === this.#open.has(inBackground)) return;
    if (isPaused) this.#open.add(inBackground);
    else this.#open.delete(inBackground);
    this.heard();
  }

  /** What the query reported. */
  note({ event, data }: QueryEvent): void {
    if (event === 'tool_use') this.#open.add(data.toolUseId);
    else if (event === 'tool_result') this.#open.delete(data.toolUseId);
    else if (event === 'permission_request' || event === 'fallback_request' || event === 'question_request')
      this.#open.add(data.requestId);
    else if (event === 'permission_resolution') this.#open.delete(data.requestId);
    else if (event === 'waiting') this.#open.add(untilReset);
    else if (event === 'resumed') this.#open.delete(untilReset);
    else return;
    this.heard();
  }

  #wait(sinceMs: number, untilMs: number): void {
    const { limitMs } = this.#limits;
    const nextMs = Math.min(untilMs, limitMs);
    this.#timer = setTimeout(() => {
      if (nextMs >= limitMs) return this.#onLimit();
      this.#onNotice(Math.round(nextMs / 1000), Math.round(limitMs / 1000));
      return this.#wait(nextMs, nextMs + againMs);
    }, nextMs - sinceMs);
    this.#timer.unref();
  }
}
