import { TransientError } from '../../errors/index.ts';

/** The right of one query to run, or its place among those that wait for it. */
export interface QuerySlot {
  /** False where it runs at once: then, and only then, a program that waits may be taken for it before `wait`. */
  readonly waits: boolean;
  /**
   * Settles with true when it may run, with false once `signal` aborts before.
   * @param onPlace receives its place whenever that changes: 1 is next, 0 is now. Never called where it runs at once
   */
  wait(signal: AbortSignal, onPlace: (place: number) => void): Promise<boolean>;
  /** It does nothing but wait for a plan's reset, so that another may run; or it goes on, beside whatever runs by then. */
  setAside(isAside: boolean): void;
  /** It has ended, or will not begin. May be called again. */
  leave(): void;
}

interface Waiting {
  readonly go: (mayRun: boolean) => void;
  readonly onPlace: (place: number) => void;
}

/**
 * Bounds how many queries run at once: each is a program of 200 MB and more. The others wait in the order in which they came, whether someone
 * listens or not.
 */
export class QuerySlots {
  readonly #most: number;
  readonly #mostWaiting: number;
  /** Slots that run, and those that wait: a slot has its place from `enter` on, before anyone waits for it. */
  readonly #running = new Set<QuerySlot>();
  /** Slots of queries that wait for a reset. Their programs wait as well: no more of them than may run. */
  readonly #aside = new Set<QuerySlot>();
  readonly #queue: QuerySlot[] = [];
  readonly #waiting = new Map<QuerySlot, Waiting>();

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws TransientError `too_many_queries` where too many wait already */
  enter(): QuerySlot {
    const isFree = this.#running.size < this.#most && this.#queue.length === 0;
    if (!isFree && this.#queue.length >= this.#mostWaiting)
      throw new TransientError('too_many_queries', { sent: false });
    const slot: QuerySlot = {
      waits: !isFree,
      wait: (signal, onPlace) => this.#wait(slot, signal, onPlace),
      setAside: (isAside) => this.#setAside(slot, isAside),
      leave: () => this.#leave(slot),
    };
    if (isFree) this.#running.add(slot);
    else this.#queue.push(slot);
    return slot;
  }

  async #wait(slot: QuerySlot, signal: AbortSignal, onPlace: (place: number) => void): Promise<boolean> {
    if (signal.aborted) this.#leave(slot);
    if (this.#running.has(slot)) return true;
    const place = this.#queue.indexOf(slot) + 1;
    if (place === 0) return false;
    const { promise, resolve: go } = Promise.withResolvers<boolean>();
    this.#waiting.set(slot, { go, onPlace });
    // Once it runs, it has ended only when nothing of it still runs.
    signal.addEventListener('abort', () => this.#queue.includes(slot) && this.#leave(slot), { once: true });
    onPlace(place);
    return await promise;
  }

  #leave(slot: QuerySlot): void {
    const at = this.#queue.indexOf(slot);
    if (at !== -1) this.#queue.splice(at, 1);
    const hadASlot = this.#running.delete(slot);
    const wasAside = this.#aside.delete(slot);
    this.#settle(slot, false);
    if (at !== -1 || hadASlot || wasAside) this.#next();
  }

  #setAside(slot: QuerySlot, isAside: boolean): void {
    if (!isAside) {
      if (this.#aside.delete(slot)) this.#running.add(slot);
    } else if (this.#aside.size < this.#most && this.#running.delete(slot)) {
      this.#aside.add(slot);
      this.#next();
    }
  }

  #next(): void {
    const first = this.#running.size < this.#most ? this.#queue.shift() : undefined;
    if (first !== undefined) {
      this.#running.add(first);
      this.#waiting.get(first)?.onPlace(0);
      this.#settle(first, true);
    }
    for (const [behind, each] of this.#queue.entries()) this.#waiting.get(each)?.onPlace(behind + 1);
  }

  #settle(slot: QuerySlot, mayRun: boolean): void {
    this.#waiting.get(slot)?.go(mayRun);
    this.#waiting.delete(slot);
  }
}
