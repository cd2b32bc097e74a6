import type { QueryEvent, QueryEventName, QueryRequest } from '@postern/contract';
import { backOffMs, pause } from './back-off.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { eventFrames } from './event-frames.ts';
import type { OnHang } from './hang-watch.ts';
import { ownError, PosternError } from './postern-error.ts';

/** The sidecar cancels a query that had no listener for 60 s: reconnecting later is pointless. Source: docs/spec/contract.md#http-api. */
const giveUpAfterMs = 60_000;
/** How long an aborted query is still listened to for its id, without which it cannot be cancelled. */
const learnIdWithinMs = 5_000;

const eventNames: Readonly<Record<QueryEventName, true>> = {
  started: true,
  queued: true,
  assistant_text: true,
  thinking: true,
  answer_withheld: true,
  silence: true,
  history_not_saved: true,
  mcp_server: true,
  tool_use: true,
  tool_result: true,
  background_command: true,
  background_output: true,
  subagent_text: true,
  compacted: true,
  permission_request: true,
  question_request: true,
  permission_resolution: true,
  fallback_request: true,
  credential_switched: true,
  model_changed: true,
  waiting: true,
  resumed: true,
  usage_limit: true,
  result: true,
  error: true,
};

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
 * first event is asked for.
 * @throws PosternError what was known before the stream opened; `stream_interrupted` where it could not be taken up again, `not_answering`;
 * the signal's reason when aborted
 */
export async function* runQuery(
  connection: Connection,
  request: QueryRequest,
  options: QueryOptions = {},
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
          const event = queryEvent(frame.event, frame.data);
          if (event === null) continue;
          if (event.event === 'started') queryId = event.data.queryId;
          signal?.throwIfAborted();
          ended = event.event === 'result' || event.event === 'error';
          yield event;
          if (ended) return;
          signal?.throwIfAborted();
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof PosternError) throw error;
      }
      signal?.throwIfAborted();
      if (queryId === null) throw ownError('stream_interrupted');
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
): AsyncGenerator<QueryEvent, void, undefined> {
  let lastId: string | undefined;
  for (;;) {
    const response = await takeUp(connection, queryId, lastId, { stop: signal, signal });
    try {
      for await (const frame of eventFrames(response)) {
        if (frame.id !== undefined && !isNewer(frame.id, lastId)) continue;
        lastId = frame.id ?? lastId;
        const event = queryEvent(frame.event, frame.data);
        if (event === null) continue;
        yield event;
        if (event.event === 'result' || event.event === 'error') return;
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

/** Ids are numbers that grow; a frame that was seen already comes again when a connection is taken up late. */
function isNewer(id: string, lastId: string | undefined): boolean {
  return lastId === undefined || Number(id) > Number(lastId);
}

/** Null for an event that a newer sidecar sends and this version does not know. */
function queryEvent(name: string | undefined, text: string): QueryEvent | null {
  if (name === undefined || !Object.hasOwn(eventNames, name)) return null;
  try {
    return { event: name, data: JSON.parse(text) } as QueryEvent;
  } catch (cause) {
    throw ownError('stream_interrupted', { detail: 'An event could not be read.', cause });
  }
}
