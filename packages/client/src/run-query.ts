import type { QueryEvent, QueryRequest } from '@postern/contract';
import { backOffMs, giveUpAfterMs, pause } from './back-off.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { eventFrames } from './event-frames.ts';
import type { OnHang } from './hang-watch.ts';
import { ownError, PosternError } from './postern-error.ts';
import { isLast, isNewer, parsedQueryEvent } from './query-event.ts';
import type { QueryFeed } from './query-feed.ts';

/** How long an aborted query is still listened to for its id, without which it cannot be cancelled. */
const learnIdWithinMs = 5_000;

/** How a query is followed. */
export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with what is known where the sidecar hangs, and with null where it answers again and the query goes on; for a client that was made
   * with `hangs`.
   */
  readonly onHang?: OnHang | undefined;
}

/**
 * Runs a query and gives its events, each exactly once, up to and including its `result` or `error`. A lost connection is
 * taken up again where it stopped. Leaving the loop early, or aborting, cancels the query. The request is sent when the
 * first event is asked for. Where the window's own stream is open, everything after the first event comes on it, and no connection is held.
 * @throws PosternError what was known before the stream opened; `stream_interrupted` where it could not be taken up again, `not_answering`;
 * the signal's reason when aborted
 */
export async function* runQuery(
  connection: Connection,
  request: QueryRequest,
  options: QueryOptions = {},
  feed: QueryFeed | null = null,
): AsyncGenerator<QueryEvent, void, undefined> {
  const { signal } = options;
  const told = options.onHang && { onHang: options.onHang };
  signal?.throwIfAborted();
  const transport = new AbortController();
  let queryId: string | null = null;
  let lastId: string | undefined;
  let ended = false;
  let cancelling: Promise<void> | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    transport.abort();
    // It may have ended on its own, or the sidecar is gone: either way nothing runs on.
    if (queryId !== null && !ended) cancelling ??= cancelQuery(connection, queryId).catch(() => undefined);
    return cancelling;
  };
  const onAbort = () => {
    if (queryId === null) patience = setTimeout(() => transport.abort(), learnIdWithinMs);
    else void cancel();
  };
  signal?.addEventListener('abort', onAbort);
  try {
    let response = await connection.open({
      method: 'POST',
      path: '/query',
      body: request,
      headers: { accept: 'text/event-stream' },
      signal: transport.signal,
      told,
    });
    for (;;) {
      try {
        for await (const frame of eventFrames(response)) {
          if (frame.id !== undefined && !isNewer(frame.id, lastId)) continue;
          lastId = frame.id ?? lastId;
          const event = parsedQueryEvent(frame.event, frame.data);
          if (event === null) continue;
          if (event.event === 'started') queryId = event.data.queryId;
          signal?.throwIfAborted();
          ended = isLast(event);
          yield event;
          if (ended) return;
          signal?.throwIfAborted();
          if (queryId !== null && feed?.isOpen === true) break;
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof PosternError) throw error;
      }
      signal?.throwIfAborted();
      if (queryId === null) throw ownError('stream_interrupted');
      if (feed?.isOpen === true) {
        const position = { lastId: Number(lastId ?? 0) };
        for await (const event of feed.follow(queryId, position, signal)) {
          ended = isLast(event);
          yield event;
          if (ended) return;
        }
        // The stream has ended, and the query has not.
        lastId = String(position.lastId);
      }
      response = await takeUp(connection, queryId, lastId, { stop: transport.signal, signal, told });
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(patience);
    signal?.removeEventListener('abort', onAbort);
    await cancel();
  }
}

/**
 * The events of a query that another window or program runs, from its first one on, up to and including its `result` or `error`. Leaving it, or
 * aborting, does not stop the query. @throws PosternError `query_not_found`, `stream_interrupted`
 */
export async function* followQuery(
  connection: Connection,
  queryId: string,
  signal: AbortSignal,
  feed: QueryFeed | null = null,
): AsyncGenerator<QueryEvent, void, undefined> {
  let lastId: string | undefined;
  if (feed?.isOpen === true) {
    const position = { lastId: 0 };
    for await (const event of feed.follow(queryId, position, signal)) {
      yield event;
      if (isLast(event)) return;
    }
    lastId = String(position.lastId);
  }
  for (;;) {
    const response = await takeUp(connection, queryId, lastId, { stop: signal, signal });
    try {
      for await (const frame of eventFrames(response)) {
        if (frame.id !== undefined && !isNewer(frame.id, lastId)) continue;
        lastId = frame.id ?? lastId;
        const event = parsedQueryEvent(frame.event, frame.data);
        if (event === null) continue;
        yield event;
        if (isLast(event)) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PosternError) throw error;
    }
  }
}

/** Stops a query. @throws PosternError `query_not_found` */
export async function cancelQuery(connection: Connection, queryId: string): Promise<void> {
  await connection.json({
    method: 'POST',
    path: `/query/${encodeURIComponent(queryId)}/cancel`,
    signal: AbortSignal.timeout(5_000),
  });
}

async function takeUp(
  connection: Connection,
  queryId: string,
  lastId: string | undefined,
  { stop, signal, told }: Pick<QueryOptions, 'signal'> & Pick<Call, 'told'> & { readonly stop: AbortSignal },
): Promise<Answer> {
  const giveUpAtMs = Date.now() + giveUpAfterMs;
  for (let count = 0; ; count += 1) {
    await pause(backOffMs(count), stop);
    signal?.throwIfAborted();
    try {
      return await connection.open({
        method: 'GET',
        path: `/query/${encodeURIComponent(queryId)}/events`,
        headers: {
          accept: 'text/event-stream',
          ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
        },
        signal: stop,
        told,
      });
    } catch (error) {
      signal?.throwIfAborted();
      // One that hangs was waited for already.
      if (error instanceof PosternError && error.code === 'not_answering') throw error;
      const mayComeBack = error instanceof PosternError && (error.code === 'not_running' || error.retryable);
      if (!mayComeBack) throw error;
      if (isGone(error) || Date.now() >= giveUpAtMs) throw ownError('stream_interrupted', { cause: error });
    }
  }
}

/** Where nothing listens any longer the sidecar has ended, and its queries with it. A browser does not say so: there it is waited for. */
function isGone({ cause }: PosternError): boolean {
  const connecting = cause instanceof Error ? cause.cause : null;
  return connecting instanceof Error && 'code' in connecting && connecting.code === 'ECONNREFUSED';
}
