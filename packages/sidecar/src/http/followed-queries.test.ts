import { expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';
import { type ReadEvent, readEvents } from '../../test/support/http/read-events.ts';

const stream = 'window-0000000001';

const open = (server: TestServer) => server.get(`/events?stream=${stream}`);
/** Under the number of the query, unless another is named. */
const follow = (server: TestServer, queryId: string, after?: number, number = numberOf(queryId)) =>
  server.post('/events/follow', {
    stream,
    follow: number,
    queryId,
    ...(after === undefined ? {} : { after }),
  });
const leave = (server: TestServer, number: number) =>
  server.post('/events/leave', { stream, follow: number });
const numberOf = (queryId: string): number => Number(queryId.split('-')[1] ?? 0);

/** Starts queries as a window does: it reads the first event of each, and leaves. */
async function start(server: TestServer, ...prompts: readonly string[]): Promise<void> {
  for (const prompt of prompts)
    await readEvents(await server.post('/query', { prompt }), ({ event }) => event === 'started');
}

const brief = ({ event, data }: ReadEvent) => {
  const { queryId, id, event: inner } = data as { queryId: string; id: number; event: string };
  return event === 'query' ? `${queryId} ${id} ${inner}` : event;
};

test('events of several queries come on one stream, each once, between what else changes', async () => {
  await using server = await startServer();
  await start(server, 'hold', 'hold');
  const answer = await open(server);
  expect((await follow(server, 'query-1', 1)).status).toBe(200);
  expect((await follow(server, 'query-2')).status).toBe(200);
  server.fake.say('query-1', { event: 'assistant_text', data: { text: 'One' } });
  await server.post('/query/query-1/cancel');
  const events = await readEvents(answer, ({ id }) => id === '3');
  expect(events.map(brief).toSorted()).toEqual([
    'query-1 2 assistant_text',
    'query-1 3 error',
    'query-2 1 started',
  ]);
  expect(events.map(({ id }) => id)).toEqual(['1', '2', '3']);
  expect(events.find((each) => brief(each) === 'query-1 2 assistant_text')?.data).toMatchObject({
    data: { text: 'One' },
  });
});

test('a query that is left, or whose stream has ended, has no listener any longer', async () => {
  await using server = await startServer();
  await start(server, 'hold', 'hold');
  await eventually(() => server.fake.listening()).toEqual([]);
  const answer = await open(server);
  await follow(server, 'query-1');
  await follow(server, 'query-2');
  await eventually(() => server.fake.listening()).toEqual(['query-1', 'query-2']);
  expect((await leave(server, 1)).status).toBe(200);
  await eventually(() => server.fake.listening()).toEqual(['query-2']);
  await answer.body?.cancel();
  await eventually(() => server.fake.listening()).toEqual([]);
  expect((await follow(server, 'query-2')).status).toBe(404);
});

test('a stream that comes again under its name goes on where the reader says', async () => {
  await using server = await startServer();
  await start(server, 'Hello');
  const lost = await open(server);
  await follow(server, 'query-1');
  const again = await open(server);
  await follow(server, 'query-1', 2);
  expect((await readEvents(again, () => true)).map(brief)).toEqual(['query-1 3 result']);
  await lost.body?.cancel();
});

test('a query is followed as often as is asked for, each time under its number', async () => {
  await using server = await startServer();
  await start(server, 'hold');
  const answer = await open(server);
  await follow(server, 'query-1', 0, 7);
  await follow(server, 'query-1', 0, 8);
  await leave(server, 7);
  await eventually(() => server.fake.listening()).toEqual(['query-1']);
  server.fake.say('query-1', { event: 'assistant_text', data: { text: 'One' } });
  const events = await readEvents(answer, ({ data }) => (data as { id: number }).id === 2);
  expect(events.map(({ data }) => (data as { follow: number }).follow)).toEqual([7, 8, 8]);
});

test('one that was left before it is followed, on two connections, is not listened to', async () => {
  await using server = await startServer();
  await start(server, 'hold');
  const answer = await open(server);
  await leave(server, 5);
  expect((await follow(server, 'query-1', 0, 5)).status).toBe(200);
  await eventually(() => server.fake.listening()).toEqual([]);
  await follow(server, 'query-1', 0, 6);
  await eventually(() => server.fake.listening()).toEqual(['query-1']);
  await answer.body?.cancel();
});

test('what is not there is said before anything changes', async () => {
  await using server = await startServer();
  expect(await (await follow(server, 'query-1')).json()).toMatchObject({ code: 'not_found' });
  const answer = await open(server);
  expect(await (await follow(server, 'none')).json()).toMatchObject({ code: 'query_not_found' });
  expect((await server.post('/events/follow', { stream: 'short', follow: 1, queryId: 'x' })).status).toBe(
    400,
  );
  expect((await server.get('/events?stream=a%20b')).status).toBe(400);
  await answer.body?.cancel();
});
