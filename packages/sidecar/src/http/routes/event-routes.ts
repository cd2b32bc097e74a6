import { type AppEvent, appEventSchemas } from '@postern/contract';
import { z } from 'zod';
import { answersAs } from '../answers.ts';
import type { EventStream, EventStreams } from '../event-streams.ts';
import { appFrameSchema } from '../frame-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** Events that wait for one reader; they only say that something changed, so one that is so far behind starts afresh. */
const maxWaiting = 1_000;

const eventsQuery = z.strictObject({ lease: z.string().min(1).max(100).optional() });

/** `GET /events`. With `lease`, it holds that lease for as long as it is open. */
export function addEventRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'subscribeEvents' | 'gateway'> & { readonly streams: EventStreams },
): void {
  app.get(
    '/events',
    {
      schema: {
        operationId: 'events',
        tags: ['settings'],
        summary: 'What changes, as it changes',
        querystring: eventsQuery,
        response: answersAs(
          'text/event-stream',
          appFrameSchema,
          'Events until the reader leaves; read the routes again after a break. With lease, it holds that lease while it is open. The schema is that of one event.',
          'not_found',
        ),
      },
    },
    ({ query: { lease } }, reply) => {
      if (lease === undefined)
        return deps.streams.open(reply, async () => (stream) => forward(stream, deps.subscribeEvents));
      const hold = async () => {
        const release = deps.gateway.leases.hold(lease);
        return (stream: EventStream) => forward(stream, deps.subscribeEvents).finally(release);
      };
      // Leases are bounded themselves: many windows must not end one.
      return deps.streams.open(reply, hold, false);
    },
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
    stream.onOver(end);
  });
}
