import { StoreError } from '../errors/index.ts';
import type { Sql } from '../store/index.ts';

interface Waiting {
  readonly work: () => unknown;
  readonly isUrgent: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of calls that come in one turn of the event loop: the first at once, so that a call alone waits for no further turn before it is sent;
 * all others in one transaction, so that many calls at once begin and end one for all.
 */
export class WriteGroup {
  readonly #sql: Pick<Sql, 'quickTransaction'>;
  #waiting: Waiting[] = [];
  /** Whether this turn has had its first. */
  #isTurnBegun = false;

  constructor(sql: Pick<Sql, 'quickTransaction'>) {
    this.#sql = sql;
  }

  /**
   * Settles when it is written, as `quickTransaction` writes. `work` may run more than once.
   * @param isUrgent the disk is to keep it at once; otherwise within a few milliseconds, with what is written until then
   */
  add<T>(work: () => T, isUrgent: boolean): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ work, isUrgent, resolve: (result) => resolve(result as T), reject });
    if (this.#isTurnBegun) return promise;
    this.#isTurnBegun = true;
    setImmediate(() => {
      this.#isTurnBegun = false;
      this.flush();
    });
    this.flush();
    return promise;
  }

  /** Writes what waits now, in its order. Never throws. */
  flush(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    const isUrgent = group.some((each) => each.isUrgent);
    try {
      const results = this.#sql.quickTransaction(() => group.map(({ work }) => work()), isUrgent);
      for (const [at, { resolve }] of group.entries()) resolve(results[at]);
    } catch (error) {
      // A busy or full disk fails them all; anything else is one's own.
      if (error instanceof StoreError || group.length === 1) for (const { reject } of group) reject(error);
      else for (const each of group) this.#alone(each);
    }
  }

  #alone({ work, isUrgent, resolve, reject }: Waiting): void {
    try {
      resolve(this.#sql.quickTransaction(work, isUrgent));
    } catch (error) {
      reject(error);
    }
  }
}
