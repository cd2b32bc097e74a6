import type { ServerResponse } from 'node:http';
import type { QueryEvent } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  frame,
  json,
  problem,
  type Reply,
  type ScriptedSidecar,
  startScriptedSidecar,
  stream,
} from '../test/scripted-sidecar.ts';
import type { Connection } from './connection.ts';
import { createPosternClient, type PosternClient } from './postern-client.ts';
import { QueryFeed } from './query-feed.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'The sandbox, at no cost' };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });
const cancelled = { code: 'query_cancelled', title: 'x', detail: 'x', retryable: false };

let sidecar: ScriptedSidecar;
let client: PosternClient;
let leave: AbortController;
/** The window's streams, the newest last. */
let windows: ServerResponse[];
let connections: boolean[];

beforeEach(async () => {
  sidecar = await startScriptedSidecar();
  client = createPosternClient({ baseUrl: sidecar.url, token: 'token' });
  leave = new AbortController();
  windows = [];
  connections = [];
  const open: Reply = (response, request) => {
    windows.push(response);
    return stream([], 'stay')(response, request);
  };
  sidecar.on('GET /events', open);
  sidecar.on('POST /events/follow', json({ done: true }));
  sidecar.on('POST /events/leave', json({ done: true }));
  sidecar.on('POST /query/q1/cancel', json({ done: true }));
  sidecar.on('POST /query', stream([started], 'stay'));
});
afterEach(async () => {
  leave.abort();
  await sidecar.close();
});

/** Follows the window's stream until the test ends. */
async function openWindow(): Promise<void> {
  const onConnection = (connected: boolean) => connections.push(connected);
  void (async () => {
    for await (const _event of client.events({ signal: leave.signal, queries: true, onConnection })) {
      // Only what comes for queries counts here.
    }
  })();
  await expect.poll(() => connections).toEqual([true]);
}

/** @param follow under which the query is followed: the first one that was asked for */
const say = (id: number, event: string, data: unknown, follow = 1) =>
  windows.at(-1)?.write(frame(100 + id, 'query', { follow, queryId: 'q1', id, event, data }));

function asked(signal?: AbortSignal): { readonly events: QueryEvent[]; readonly over: Promise<void> } {
  const events: QueryEvent[] = [];
  const over = (async () => {
    for await (const event of client.runQuery({ prompt: 'hello' }, { signal })) events.push(event);
  })();
  return { events, over };
}

const names = (events: readonly QueryEvent[]) => events.map(({ event }) => event);
const sent = (route: string) =>
  sidecar.requests.filter(({ method, url }) => `${method} ${url}` === route).map(({ body }) => body);

describe('a query while the window’s stream is open', () => {
  it('goes on there after its first event, and holds no connection', async () => {
    const closed = Promise.withResolvers<void>();
    sidecar.on('POST /query', (response, request) => {
      response.on('close', () => closed.resolve());
      return stream([started], 'stay')(response, request);
    });
    await openWindow();
    const name = new URL(sidecar.requests[0]?.url ?? '', sidecar.url).searchParams.get('stream');
    const { events, over } = asked();
    await sidecar.arrived('POST /events/follow');
    expect(sent('POST /events/follow')).toEqual([{ stream: name, follow: 1, queryId: 'q1', after: 1 }]);
    await closed.promise;
    say(1, 'started', {});
    say(2, 'assistant_text', { text: 'One' });
    say(2, 'assistant_text', { text: 'One' });
    say(3, 'assistant_text', { text: 'of another' }, 2);
    say(3, 'a newer sidecar’s', {});
    say(4, 'error', cancelled);
    await over;
    expect(names(events)).toEqual(['started', 'assistant_text', 'error']);
    expect(sent('POST /query/q1/cancel')).toEqual([]);
  });

  it('goes on where it stopped when the stream was lost and is open again', async () => {
    await openWindow();
    const { events, over } = asked();
    await sidecar.arrived('POST /events/follow');
    say(2, 'assistant_text', { text: 'One' });
    await expect.poll(() => events.length).toBe(2);
    windows[0]?.destroy();
    await expect.poll(() => connections).toEqual([true, false, true]);
    await sidecar.arrived('POST /events/follow', 2);
    expect(sent('POST /events/follow')).toMatchObject([{ after: 1 }, { after: 2 }]);
    say(3, 'error', cancelled);
    await over;
    expect(names(events)).toEqual(['started', 'assistant_text', 'error']);
  });

  it('is asked for again where that did not get through, and ends where it is gone', async () => {
    sidecar.on(
      'POST /events/follow',
      problem('too_many_requests'),
      problem('not_found'),
      problem('query_not_found'),
    );
    await openWindow();
    await expect(asked().over).rejects.toMatchObject({ code: 'query_not_found' });
    expect(sent('POST /events/follow')).toHaveLength(3);
  });

  it('is cancelled when it is aborted, and left when it is only followed', async () => {
    await openWindow();
    const stop = new AbortController();
    const { over } = asked(stop.signal);
    await sidecar.arrived('POST /events/follow');
    stop.abort(new Error('enough'));
    await expect(over).rejects.toThrow('enough');
    expect(sent('POST /query/q1/cancel')).toHaveLength(1);

    const look = new AbortController();
    const following = client.followQuery('q2', look.signal)[Symbol.asyncIterator]();
    const next = following.next();
    await sidecar.arrived('POST /events/follow', 2);
    look.abort(new Error('seen enough'));
    await expect(next).rejects.toThrow('seen enough');
    await sidecar.arrived('POST /events/leave', 2);
    expect(sent('POST /events/leave')).toMatchObject([{ follow: 1 }, { follow: 2 }]);
    expect(sent('POST /query/q2/cancel')).toEqual([]);
  });
});

it('goes on by itself where the window’s stream has ended and its query has not', async () => {
  sidecar.on(
    'GET /query/q1/events',
    stream([frame(2, 'assistant_text', { text: 'One' }), frame(3, 'error', cancelled)]),
  );
  await openWindow();
  const { events, over } = asked();
  await sidecar.arrived('POST /events/follow');
  say(2, 'assistant_text', { text: 'One' });
  await expect.poll(() => events.length).toBe(2);
  leave.abort();
  await over;
  expect(names(events)).toEqual(['started', 'assistant_text', 'error']);
  const again = sidecar.requests.find(({ url }) => url === '/query/q1/events');
  expect(again?.headers['last-event-id']).toBe('2');
});

it('gives each following of a query its own events, however late those of an earlier one come', async () => {
  const feed = new QueryFeed({ json: async () => ({ done: true }) } as unknown as Connection);
  feed.opened();
  const say = (follow: number, id: number) =>
    feed.arrived(
      JSON.stringify({ follow, queryId: 'q1', id, event: 'assistant_text', data: { text: `${id}` } }),
    );
  const first = feed.follow('q1', { lastId: 0 });
  const one = first.next();
  say(1, 1);
  await one;
  await first.return();
  const second = feed.follow('q1', { lastId: 0 });
  const next = second.next();
  say(1, 51);
  say(2, 1);
  expect((await next).value).toMatchObject({ data: { text: '1' } });
  await second.return();
});

it('gives up a minute after the stream was lost, however often it is tried again', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const feed = new QueryFeed({ json: async () => ({ done: true }) } as unknown as Connection);
  feed.opened();
  const next = feed.follow('q1', { lastId: 0 }).next();
  const over = expect(next).rejects.toMatchObject({ code: 'stream_interrupted' });
  for (let tries = 0; tries < 13; tries += 1) {
    feed.lost();
    await vi.advanceTimersByTimeAsync(5_000);
  }
  await over;
});

it('a query of a client without such a stream has a connection of its own', async () => {
  sidecar.on('POST /query', stream([started, frame(2, 'error', cancelled)]));
  const { events, over } = asked();
  await over;
  expect(names(events)).toEqual(['started', 'error']);
  expect(sent('POST /events/follow')).toEqual([]);
});
