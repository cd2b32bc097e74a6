import { pause } from './back-off.ts';
import type { Fetch } from './connection.ts';
import { ownError } from './postern-error.ts';

/** How a sidecar that hangs is noticed: its process is alive, its connections stand, and nothing is answered. */
export interface Hangs {
  /** What an error says of the one that hangs. */
  readonly detail: () => string;
  readonly times?: HangTimes;
}

/** Milliseconds. */
export interface HangTimes {
  /** Silence after which `GET /health` is asked. While it answers, what is waited for is only slow, and it is asked ever less often. */
  readonly quietMs: number;
  /** In which it answers. */
  readonly healthMs: number;
  /** How long one that hangs is waited for where the caller gave `onHang`. */
  readonly patienceMs: number;
}

const usualTimes: HangTimes = { quietMs: 3_000, healthMs: 4_000, patienceMs: 60_000 };
/** More than the 15 s between two pings of a stream: while those come nothing is asked. */
const longestQuietMs = 20_000;

/** Called with what is known of it where the sidecar hangs, and with null where it answers again. */
export type OnHang = (detail: string | null) => void;

/** Who is called about it while one call waits. */
export interface ToldOfHang {
  readonly onHang: OnHang;
  /** Default: that of the times. */
  readonly patienceMs?: number;
}

/** Looks after one call: what is waited for, the head as well as each piece of the body, is no longer waited for where the sidecar hangs. */
export class HangWatch {
  readonly #hangs: Hangs;
  readonly #times: HangTimes;
  readonly #answers: () => Promise<boolean>;
  readonly #onHang: OnHang | null;
  readonly #patienceMs: number;
  #quietMs: number;

  /** @param told given: it is called, and the sidecar is waited for */
  constructor(hangs: Hangs, send: Fetch, baseUrl: string, told: ToldOfHang | null) {
    this.#hangs = hangs;
    this.#times = hangs.times ?? usualTimes;
    this.#quietMs = this.#times.quietMs;
    this.#onHang = told?.onHang ?? null;
    this.#patienceMs = told === null ? 0 : (told.patienceMs ?? this.#times.patienceMs);
    this.#answers = () => answersHealth(send, baseUrl, this.#times.healthMs);
  }

  /** @throws PosternError `not_answering`; whatever the work throws */
  async over<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => 'settled' as const,
      () => 'settled' as const,
    );
    const { quietMs } = this.#times;
    const beganAtMs = performance.now();
    let hangsSinceMs: number | null = null;
    try {
      for (;;) {
        if ((await within(settled, this.#quietMs)) === 'settled') return await work;
        const askedAtMs = performance.now();
        const seen = await Promise.race([settled, this.#answers()]);
        if (seen === 'settled') return await work;
        // This process itself stood still, as one does that is stopped or whose machine sleeps: the answer may lie there unread.
        if (!seen && performance.now() - askedAtMs > 2 * this.#times.healthMs) {
          if (hangsSinceMs !== null) hangsSinceMs = performance.now();
          continue;
        }
        if (seen) {
          if (hangsSinceMs !== null) this.#onHang?.(null);
          hangsSinceMs = null;
          this.#quietMs = Math.min(this.#quietMs * 2, longestQuietMs);
          continue;
        }
        if (hangsSinceMs === null) this.#onHang?.(this.#hangs.detail());
        hangsSinceMs ??= askedAtMs;
        this.#quietMs = quietMs;
        if (performance.now() - hangsSinceMs < this.#patienceMs) continue;
        hangsSinceMs = null;
        throw ownError('not_answering', { detail: this.#hangs.detail() });
      }
    } finally {
      if (performance.now() - beganAtMs < quietMs) this.#quietMs = quietMs;
      if (hangsSinceMs !== null) this.#onHang?.(null);
    }
  }
}

async function within(settled: Promise<'settled'>, ms: number): Promise<'settled' | undefined> {
  const late = new AbortController();
  try {
    return (await Promise.race([settled, pause(ms, late.signal)])) ?? undefined;
  } finally {
    late.abort();
  }
}

/** Where nothing listens, the sidecar has ended: what is waited for says so itself. */
async function answersHealth(send: Fetch, baseUrl: string, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answer = await send(`${baseUrl}/health`, { signal, redirect: 'error', cache: 'no-store' });
    await answer.json();
    return true;
  } catch {
    return !signal.aborted;
  }
}
