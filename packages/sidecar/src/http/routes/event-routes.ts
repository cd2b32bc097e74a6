import { type AppEvent, appEventSchemas } from '@postern/contract';
import { answersAs, noQuery } from '../answers.ts';
import type { EventStream, EventStreams } from '../event-streams.ts';
import { appFrameSchema } from '../frame-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** Events that wait for one reader; they only say that something changed, so one that is so far behind starts afresh. */
const maxWaiting = 1_000;

/** `GET /events`. */
export function addEventRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'subscribeEvents'> & { readonly streams: EventStreams },
): void {
  app.get(
    '/events',
    {
      schema: {
        operationId: 'events',
        tags: ['settings'],
        summary: 'What changes, as it changes',
        querystring: noQuery,
        response: answersAs(
          'text/event-stream',
          appFrameSchema,
          'Events until the reader leaves; read the routes again after a break. The schema is that of one event.',
        ),
      },
    },
    (_request, reply) =>
      deps.streams.open(reply, async () => (stream) => forward(stream, deps.subscribeEvents)),
  );
}

function forward(stream: EventStream, subscribe: HttpDeps['subscribeEvents']): Promise<void> {
  return new Promise((resolve) => {
    let id = 0;
    let waiting = 0;
    let last = Promise.resolve();
    const unsubscribe = subscribe((event: AppEvent) => {
      if (waiting >= maxWaiting) {
        stream.cutOff();
        return;
      }
      id += 1;
      waiting += 1;
      const frame = { id, event: event.event, data: appEventSchemas[event.event].parse(event.data) };
      last = last.then(() => stream.send(frame)).finally(() => (waiting -= 1));
    });
    const end = () => {
      unsubscribe();
      resolve();
    };
    stream.signal.addEventListener('abort', end, { once: true });
    if (stream.signal.aborted) end();
  });
}
