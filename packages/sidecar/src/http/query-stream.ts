import { problemOf, queryEventSchemas } from '@postern/contract';
import type { NumberedEvent } from '../agent/index.ts';
import { Failure } from '../errors/index.ts';
import type { EventStream, Frame } from './event-streams.ts';
import type { HttpDeps } from './http-deps.ts';

/**
 * Follows a query from after an event, and gives what writes it into a stream. A query that is not there is thrown before the
 * stream opens.
 * @throws InvalidRequestError `query_not_found`
 */
export async function followQuery(
  deps: Pick<HttpDeps, 'agent' | 'log'>,
  queryId: string,
  afterId: number,
): Promise<(stream: EventStream) => Promise<void>> {
  const gone = new AbortController();
  const events = deps.agent.events(queryId, afterId, gone.signal)[Symbol.asyncIterator]();
  const first = events.next();
  // A wrong id is known at once; the first event may take as long as the model does.
  await Promise.race([first, new Promise((resolve) => setImmediate(resolve))]);

  return async (stream) => {
    let leave: () => void = () => undefined;
    stream.onOver(() => leave());
    /** null once the reader is gone, whatever the events are waiting for. */
    const orLeft = (next: Promise<IteratorResult<NumberedEvent>>) =>
      new Promise<IteratorResult<NumberedEvent> | null>((resolve, reject) => {
        leave = () => resolve(null);
        if (stream.isOver) leave();
        next.then(resolve, reject);
      });
    let lastId = afterId;
    try {
      let next = await orLeft(first);
      while (next !== null && next.done !== true) {
        lastId = next.value.id;
        await stream.send(frameOf(next.value));
        next = await orLeft(events.next());
      }
    } catch (error) {
      if (stream.isOver) return;
      if (!(error instanceof Failure)) deps.log.error({ err: error }, 'a query’s stream broke');
      await stream.send(errorFrame(error, lastId + 1));
    } finally {
      gone.abort();
      void events.return?.().catch(() => undefined);
    }
  };
}

/** Only what the contract declares leaves. */
function frameOf({ id, event }: NumberedEvent): Frame {
  return { id, event: event.event, data: queryEventSchemas[event.event].parse(event.data) };
}

function errorFrame(error: unknown, id: number): Frame {
  const { code, title, detail, retryable } =
    error instanceof Failure ? problemOf(error.code, error.detail) : problemOf('internal_error');
  return { id, event: 'error', data: { code, title, detail, retryable } };
}
