import type { ServerResponse } from 'node:http';
import type { FollowedQueryEvent } from '@postern/contract';
import { Refusal } from './refusal.ts';

/** Which query, on which stream, and what is there already. */
export interface FollowRequest {
  readonly stream: string;
  readonly queryId: string;
  readonly after: number;
}

/** Queries whose events come on a window's `GET /events`, as the sidecar brings them there. */
export class FakeFollowed {
  readonly #said = new Map<string, FollowedQueryEvent[]>();
  /** Of each stream by its name, the queries that it follows. */
  readonly #streams = new Map<string, { readonly to: ServerResponse; readonly queries: Set<string> }>();

  open(name: string, to: ServerResponse): void {
    const stream = { to, queries: new Set<string>() };
    this.#streams.set(name, stream);
    to.on('close', () => {
      if (this.#streams.get(name) === stream) this.#streams.delete(name);
    });
  }

  said(event: FollowedQueryEvent): void {
    this.#said.set(event.queryId, [...(this.#said.get(event.queryId) ?? []), event]);
    for (const { to, queries } of this.#streams.values()) if (queries.has(event.queryId)) write(to, event);
  }

  /** `POST /events/follow`, `POST /events/leave`. */
  answer(path: string, { stream: name, queryId, after }: FollowRequest): { readonly done: true } {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Refusal('not_found');
    if (path.endsWith('/leave')) stream.queries.delete(queryId);
    else {
      const said = this.#said.get(queryId);
      if (said === undefined) throw new Refusal('query_not_found');
      stream.queries.add(queryId);
      for (const event of said) if (event.id > after) write(stream.to, event);
    }
    return { done: true };
  }
}

function write(to: ServerResponse, event: FollowedQueryEvent): void {
  to.write(`event: query\ndata: ${JSON.stringify(event)}\n\n`);
}
