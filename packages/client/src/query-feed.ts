import type { FollowedQueryEvent, QueryEvent } from '@postern/contract';
import { backOffMs, giveUpAfterMs, pause } from './back-off.ts';
import type { Connection } from './connection.ts';
import { ownError, PosternError } from './postern-error.ts';
import { isLast, queryEvent } from './query-event.ts';

interface Follower {
  readonly queryId: string;
  lastId: number;
  readonly waiting: QueryEvent[];
  failure: unknown;
  wake: () => void;
}

/**
 * The events of queries on a window's one stream of `GET /events`: a browser opens six connections to an origin, for all windows together, and
 * each query that holds one of them is one less for the answer to its question.
 */
export class QueryFeed {
  /** Under which the sidecar knows the stream. */
  readonly name = `window-${crypto.randomUUID()}`;
  readonly #connection: Connection;
  readonly #followers = new Set<Follower>();
  #isOpen = false;
  /** How often the stream was opened: what was asked of an earlier one does not count for this one. */
  #opened = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether the stream is open: only then is it of use. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The stream is open: every query goes on where it stopped. */
  opened(): void {
    clearTimeout(this.#patience);
    this.#isOpen = true;
    this.#opened += 1;
    for (const follower of this.#followers) void this.#ask(follower);
  }

  /** The stream is lost; it may come back before the queries are cancelled. */
  lost(): void {
    this.#isOpen = false;
    clearTimeout(this.#patience);
    if (this.#followers.size === 0) return;
    this.#patience = setTimeout(() => {
      for (const follower of this.#followers) fail(follower, ownError('stream_interrupted'));
    }, giveUpAfterMs);
  }

  /** The data of an event `query`. */
  arrived(text: string): void {
    const { queryId, id, event: name, data } = JSON.parse(text) as FollowedQueryEvent;
    for (const follower of this.#followers) {
      if (follower.queryId !== queryId || id <= follower.lastId) continue;
      follower.lastId = id;
      const event = queryEvent(name, data);
      if (event === null) continue;
      follower.waiting.push(event);
      follower.wake();
    }
  }

  /**
   * The events of a query after that one, each once, up to and including its last. Leaving does not stop the query.
   * @throws PosternError `query_not_found`, `stream_interrupted`; the signal's reason when aborted
   */
  async *follow(
    queryId: string,
    after: number,
    signal?: AbortSignal,
  ): AsyncGenerator<QueryEvent, void, undefined> {
    const follower: Follower = { queryId, lastId: after, waiting: [], failure: null, wake: () => undefined };
    const onAbort = (): void => follower.wake();
    signal?.addEventListener('abort', onAbort);
    this.#followers.add(follower);
    if (this.#isOpen) void this.#ask(follower);
    let isOver = false;
    try {
      while (!isOver) {
        signal?.throwIfAborted();
        const event = follower.waiting.shift();
        if (event !== undefined) {
          isOver = isLast(event);
          yield event;
        } else if (follower.failure !== null) throw follower.failure;
        else await new Promise<void>((resolve) => (follower.wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#followers.delete(follower);
      const isShared = [...this.#followers].some((other) => other.queryId === queryId);
      if (!isOver && follower.failure === null && this.#isOpen && !isShared) this.#leave(queryId);
    }
  }

  /** Until it is followed on this opening of the stream, or that is known to be in vain. */
  async #ask(follower: Follower): Promise<void> {
    const opening = this.#opened;
    const isWanted = (): boolean =>
      this.#isOpen && this.#opened === opening && this.#followers.has(follower) && follower.failure === null;
    for (let count = 0; isWanted(); count += 1) {
      try {
        const { queryId, lastId: after } = follower;
        await this.#connection.json({
          method: 'POST',
          path: '/events/follow',
          body: { stream: this.name, queryId, after },
        });
        return;
      } catch (error) {
        // A stream that the sidecar does not know has just been lost, or is about to be known.
        const mayPass =
          error instanceof PosternError &&
          (error.code === 'not_running' || error.code === 'not_found' || error.retryable);
        if (!mayPass) return fail(follower, error);
        await pause(backOffMs(count));
      }
    }
  }

  #leave(queryId: string): void {
    const body = { stream: this.name, queryId };
    this.#connection.json({ method: 'POST', path: '/events/leave', body }).catch(() => undefined);
  }
}

function fail(follower: Follower, failure: unknown): void {
  follower.failure ??= failure;
  follower.wake();
}
