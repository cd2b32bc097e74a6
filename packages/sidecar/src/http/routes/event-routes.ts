import {
  type AppEvent,
  appEventSchemas,
  doneSchema,
  eventsRequestSchema,
  followRequestSchema,
  leaveRequestSchema,
} from '@postern/contract';
import { answers, answersAs, bodyCodes, noQuery } from '../answers.ts';
import type { EventStream, EventStreams } from '../event-streams.ts';
import { FollowedQueries, type WriteFollowed } from '../followed-queries.ts';
import { appFrameSchema } from '../frame-schemas.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** Events that wait for one reader; they only say that something changed, so one that is so far behind starts afresh. */
const maxWaiting = 1_000;

/** `GET /events`, and which queries' events come on it: `POST /events/follow`, `POST /events/leave`. */
export function addEventRoutes(
  app: HttpApp,
  deps: Pick<HttpDeps, 'subscribeEvents' | 'gateway' | 'agent' | 'log'> & { readonly streams: EventStreams },
): void {
  const followed = new FollowedQueries(deps);
  app.get(
    '/events',
    {
      schema: {
        operationId: 'events',
        tags: ['settings'],
        summary: 'What changes, as it changes',
        querystring: eventsRequestSchema,
        response: answersAs(
          'text/event-stream',
          appFrameSchema,
          'Events until the reader leaves; read the routes again after a break. With lease, it holds that lease while it is open; with stream, queries can be followed on it. The schema is that of one event.',
          'not_found',
        ),
      },
    },
    ({ query: { lease, stream: name } }, reply) => {
      const run = (stream: EventStream): Promise<void> =>
        forward(stream, deps.subscribeEvents, (write) =>
          name === undefined ? () => undefined : followed.open(name, write),
        );
      if (lease === undefined) return deps.streams.open(reply, async () => run);
      const hold = async () => {
        const release = deps.gateway.leases.hold(lease);
        return (stream: EventStream) => run(stream).finally(release);
      };
      // Leases are bounded themselves: many windows must not end one.
      return deps.streams.open(reply, hold, false);
    },
  );

  app.post(
    '/events/follow',
    {
      schema: {
        operationId: 'followOnEvents',
        tags: ['query'],
        summary: 'Brings a query’s events on the window’s stream too',
        querystring: noQuery,
        body: followRequestSchema,
        response: answers(
          doneSchema,
          'They come as events `query`, as `GET /query/:id/events` gives them.',
          'not_found',
          'query_not_found',
          ...bodyCodes,
        ),
      },
    },
    async ({ body }) => {
      await followed.follow(body);
      return { done: true };
    },
  );

  app.post(
    '/events/leave',
    {
      schema: {
        operationId: 'leaveOnEvents',
        tags: ['query'],
        summary: 'Follows a query on the window’s stream no longer',
        querystring: noQuery,
        body: leaveRequestSchema,
        response: answers(doneSchema, 'Its events come no longer.', ...bodyCodes),
      },
    },
    async ({ body: { stream, follow } }) => {
      followed.leave(stream, follow);
      return { done: true };
    },
  );
}

/** @param follow begins to take events of queries too, and gives what ends that */
function forward(
  stream: EventStream,
  subscribe: HttpDeps['subscribeEvents'],
  follow: (write: WriteFollowed) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    let id = 0;
    let waiting = 0;
    let last = Promise.resolve();
    const send = (event: string, data: unknown): Promise<void> => {
      id += 1;
      const frame = { id, event, data };
      last = last.then(() => stream.send(frame));
      return last;
    };
    const unsubscribe = subscribe((event: AppEvent) => {
      if (waiting >= maxWaiting) {
        stream.cutOff();
        return;
      }
      waiting += 1;
      const data = appEventSchemas[event.event].parse(event.data);
      void send(event.event, data).finally(() => (waiting -= 1));
    });
    const leave = follow((event) => send('query', event));
    const end = () => {
      unsubscribe();
      leave();
      resolve();
    };
    stream.onOver(end);
  });
}
