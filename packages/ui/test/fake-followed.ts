import type { ServerResponse } from 'node:http';
import type { FollowedQueryEvent } from '@postern/contract';
import { Refusal } from './refusal.ts';

/** Which query, on which stream, and what is there already. */
export interface FollowRequest {
  readonly stream: string;
  readonly follow: number;
  readonly queryId: string;
  readonly after: number;
}

type Said = Omit<FollowedQueryEvent, 'follow'>;

/** Queries whose events come on a window's `GET /events`, as the sidecar brings them there. */
export class FakeFollowed {
  readonly #said = new Map<string, Said[]>();
  /** Of each stream by its name, the queries that it follows, by number. */
  readonly #streams = new Map<
    string,
    { readonly to: ServerResponse; readonly queries: Map<number, string> }
  >();

  open(name: string, to: ServerResponse): void {
    const stream = { to, queries: new Map<number, string>() };
    this.#streams.set(name, stream);
    to.on('close', () => {
      if (this.#streams.get(name) === stream) this.#streams.delete(name);
    });
  }

  said(event: Said): void {
    this.#said.set(event.queryId, [...(this.#said.get(event.queryId) ?? []), event]);
    for (const { to, queries } of this.#streams.values())
      for (const [follow, queryId] of queries) if (queryId === event.queryId) write(to, { ...event, follow });
  }

  /** `POST /events/follow`, `POST /events/leave`. */
  answer(path: string, { stream: name, follow, queryId, after }: FollowRequest): { readonly done: true } {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Refusal('not_found');
    if (path.endsWith('/leave')) stream.queries.delete(follow);
    else {
      const said = this.#said.get(queryId);
      if (said === undefined) throw new Refusal('query_not_found');
      stream.queries.set(follow, queryId);
      for (const event of said) if (event.id > after) write(stream.to, { ...event, follow });
    }
    return { done: true };
  }
}

function write(to: ServerResponse, event: FollowedQueryEvent): void {
  to.write(`event: query\ndata: ${JSON.stringify(event)}\n\n`);
}
