import type { FollowedQueryEvent } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { EventStream, Frame } from './event-streams.ts';
import type { HttpDeps } from './http-deps.ts';
import { followQuery } from './query-stream.ts';

/** Writes one event of a followed query into a window's stream; resolves once there is room for another. */
export type WriteFollowed = (event: FollowedQueryEvent) => Promise<void>;

interface Reader {
  readonly write: WriteFollowed;
  /** By the number that the reader gave. */
  readonly parts: Map<number, QueryPart>;
  /** Numbers that were left before they were followed: the two come on two connections. */
  readonly left: Set<number>;
}

/** More than may run and wait at once. */
const mostFollowed = 100;
const mostLeft = 1_000;

/** What a reader asks for. */
export interface Following {
  /** The name of its stream. */
  readonly stream: string;
  readonly follow: number;
  readonly queryId: string;
  readonly after: number;
}

/**
 * Queries whose events come on a window's one stream. A browser opens six connections to an origin for all windows of a profile together: with
 * one for each query, the seventh request, the answer to a question among them, would never leave.
 */
export class FollowedQueries {
  readonly #readers = new Map<string, Reader>();
  readonly #deps: Pick<HttpDeps, 'agent' | 'log'>;

  constructor(deps: Pick<HttpDeps, 'agent' | 'log'>) {
    this.#deps = deps;
  }

  /**
   * A stream that its reader has named. Gives what ends it; one of the same name that was lost without notice is replaced.
   */
  open(name: string, write: WriteFollowed): () => void {
    this.#close(name);
    const reader = { write, parts: new Map(), left: new Set<number>() };
    this.#readers.set(name, reader);
    return () => {
      if (this.#readers.get(name) === reader) this.#close(name);
    };
  }

  /**
   * From after an event on, under the reader's number.
   * @throws InvalidRequestError `not_found` where there is no such stream, `query_not_found`, `too_many_requests`
   */
  async follow({ stream, follow, queryId, after }: Following): Promise<void> {
    const reader = this.#readers.get(stream);
    if (reader === undefined) throw new InvalidRequestError('not_found', 'That event stream is not open.');
    if (reader.parts.size >= mostFollowed)
      throw new InvalidRequestError('too_many_requests', 'Too many queries are followed in this window.');
    if (reader.left.delete(follow)) return;
    const part = new QueryPart(follow, queryId, reader.write);
    reader.parts.get(follow)?.end();
    // Known before its query is looked up: it may be left, or its stream may end, in the meantime.
    reader.parts.set(follow, part);
    const forget = (): void => {
      if (reader.parts.get(follow) === part) reader.parts.delete(follow);
    };
    try {
      const run = await followQuery(this.#deps, queryId, after);
      void run(part).finally(forget);
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Its events stop; the query goes on, and is cancelled where it has no listener for a minute. */
  leave(stream: string, follow: number): void {
    const reader = this.#readers.get(stream);
    const part = reader?.parts.get(follow);
    if (part !== undefined) part.end();
    else if (reader !== undefined && reader.left.size < mostLeft) reader.left.add(follow);
  }

  #close(name: string): void {
    const reader = this.#readers.get(name);
    this.#readers.delete(name);
    for (const part of reader?.parts.values() ?? []) part.end();
  }
}

/** One query's share of a window's stream. */
class QueryPart implements EventStream {
  readonly #follow: number;
  readonly #queryId: string;
  readonly #write: WriteFollowed;
  #isOver = false;
  #onOver: (() => void) | null = null;

  constructor(follow: number, queryId: string, write: WriteFollowed) {
    this.#follow = follow;
    this.#queryId = queryId;
    this.#write = write;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#onOver = listener;
  }

  async send({ id, event, data }: Frame): Promise<void> {
    if (this.#isOver) return;
    await this.#write({ follow: this.#follow, queryId: this.#queryId, id, event, data });
  }

  cutOff(): void {
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver?.();
    this.#onOver = null;
  }
}
