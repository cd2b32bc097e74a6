import type { FollowedQueryEvent, QueryEvent } from '@postern/contract';
import { backOffMs, giveUpAfterMs, pause } from './back-off.ts';
import type { Connection } from './connection.ts';
import { ownError, PosternError } from './postern-error.ts';
import { isLast, queryEvent } from './query-event.ts';

/** How far a query was read: what comes next has a higher id. */
export interface Position {
  lastId: number;
}

interface Follower {
  /** Tells this following from every other, also of the same query. */
  readonly number: number;
  readonly queryId: string;
  readonly position: Position;
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
  readonly #followers = new Map<number, Follower>();
  #state: 'open' | 'lost' | 'ended' = 'ended';
  /** How often the stream was opened: what was asked of an earlier one does not count for this one. */
  #opened = 0;
  #count = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether the stream is open: only then is it of use. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** The stream is open: every query goes on where it stopped. */
  opened(): void {
    this.#forgive();
    this.#state = 'open';
    this.#opened += 1;
    for (const follower of this.#followers.values()) void this.#ask(follower);
  }

  /** The stream is lost, and is being opened again: until the sidecar would have cancelled the queries, they wait for that. */
  lost(): void {
    this.#state = 'lost';
    if (this.#followers.size === 0) return;
    this.#patience ??= setTimeout(() => {
      for (const follower of this.#followers.values()) fail(follower, ownError('stream_interrupted'));
    }, giveUpAfterMs);
  }

  /** It does not come again: who follows goes on without it. */
  ended(): void {
    this.#forgive();
    this.#state = 'ended';
    for (const follower of this.#followers.values()) follower.wake();
  }

  #forgive(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  /** The data of an event `query`. */
  arrived(text: string): void {
    const { follow, id, event: name, data } = JSON.parse(text) as FollowedQueryEvent;
    const follower = this.#followers.get(follow);
    if (follower === undefined || id <= follower.position.lastId) return;
    follower.position.lastId = id;
    const event = queryEvent(name, data);
    if (event === null) return;
    follower.waiting.push(event);
    follower.wake();
  }

  /**
   * The events of a query after a position, which goes on with them: each once, up to and including its last, or until the stream has ended.
   * Leaving does not stop the query.
   * @throws PosternError `query_not_found`, `stream_interrupted`; the signal's reason when aborted
   */
  async *follow(
    queryId: string,
    position: Position,
    signal?: AbortSignal,
  ): AsyncGenerator<QueryEvent, void, undefined> {
    this.#count += 1;
    const number = this.#count;
    const follower: Follower = {
      ...{ number, queryId, position },
      ...{ waiting: [], failure: null, wake: () => undefined },
    };
    const onAbort = (): void => follower.wake();
    signal?.addEventListener('abort', onAbort);
    this.#followers.set(number, follower);
    if (this.isOpen) void this.#ask(follower);
    let isOver = false;
    try {
      while (!isOver) {
        signal?.throwIfAborted();
        const event = follower.waiting.shift();
        if (event !== undefined) {
          isOver = isLast(event);
          yield event;
        } else if (follower.failure !== null) throw follower.failure;
        else if (this.#state === 'ended') return;
        else await new Promise<void>((resolve) => (follower.wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#followers.delete(number);
      if (!isOver && follower.failure === null && this.isOpen) this.#leave(number);
    }
  }

  /** Until it is followed on this opening of the stream, or that is known to be in vain. */
  async #ask(follower: Follower): Promise<void> {
    const opening = this.#opened;
    const isWanted = (): boolean =>
      this.isOpen &&
      this.#opened === opening &&
      this.#followers.has(follower.number) &&
      follower.failure === null;
    for (let count = 0; isWanted(); count += 1) {
      try {
        const { number: follow, queryId, position } = follower;
        await this.#connection.json({
          method: 'POST',
          path: '/events/follow',
          body: { stream: this.name, follow, queryId, after: position.lastId },
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

  #leave(follow: number): void {
    const body = { stream: this.name, follow };
    this.#connection.json({ method: 'POST', path: '/events/leave', body }).catch(() => undefined);
  }
}

function fail(follower: Follower, failure: unknown): void {
  follower.failure ??= failure;
  follower.wake();
}
