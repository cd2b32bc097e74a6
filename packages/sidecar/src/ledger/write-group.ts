import { StoreError } from '../errors/index.ts';
import type { Sql } from '../store/index.ts';

interface Waiting {
  readonly work: () => unknown;
  readonly isUrgent: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes of calls that come in one turn of the event loop, in one transaction: many calls at once begin and end one for all. */
export class WriteGroup {
  readonly #sql: Pick<Sql, 'quickTransaction'>;
  #waiting: Waiting[] = [];

  constructor(sql: Pick<Sql, 'quickTransaction'>) {
    this.#sql = sql;
  }

  /**
   * Settles when it is written, as `quickTransaction` writes. `work` may run more than once.
   * @param isUrgent the disk is to keep it at once; otherwise within a few milliseconds, with what is written until then
   */
  add<T>(work: () => T, isUrgent: boolean): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#waiting.length === 0) setImmediate(() => this.flush());
    this.#waiting.push({ work, isUrgent, resolve: (result) => resolve(result as T), reject });
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
