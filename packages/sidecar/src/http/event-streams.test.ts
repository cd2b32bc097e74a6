import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { startServer } from '../../test/support/http/harness.ts';
import { readEvents } from '../../test/support/http/read-events.ts';

describe('a query', () => {
  test('streams its events with ids and ends after the result', async () => {
    await using server = await startServer();
    const answer = await server.post('/query', { prompt: 'Hello' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const events = await readEvents(answer);
    expect(events.map(({ id, event }) => `${id} ${event}`)).toEqual([
      '1 started',
      '2 assistant_text',
      '3 result',
    ]);
    expect(events[1]?.data).toEqual({ text: 'Hello' });
  });

  test('goes on after Last-Event-ID', async () => {
    await using server = await startServer();
    await readEvents(await server.post('/query', { prompt: 'Hello' }));
    const answer = await fetch(`${server.url}/query/query-1/events`, {
      headers: { ...server.authorization, 'Last-Event-ID': '1' },
    });
    expect((await readEvents(answer)).map(({ id }) => id)).toEqual(['2', '3']);
  });

  test('reaches the reader as it happens, and survives one that leaves', async () => {
    await using server = await startServer();
    const first = await server.post('/query', { prompt: 'hold' });
    expect(await readEvents(first, ({ event }) => event === 'started')).toHaveLength(1);
    const second = await server.get('/query/query-1/events');
    server.fake.say('query-1', { event: 'thinking', data: { text: 'Hm' } });
    expect(await readEvents(second, ({ event }) => event === 'thinking')).toHaveLength(2);
    const third = await server.get('/query/query-1/events');
    expect((await server.post('/query/query-1/cancel')).status).toBe(200);
    expect((await readEvents(third)).at(-1)?.data).toMatchObject({ code: 'query_cancelled' });
  });

  test('that breaks on a bug ends with an error that says nothing of it', async () => {
    await using server = await startServer();
    const events = await readEvents(await server.post('/query', { prompt: 'break' }));
    expect(events.at(-1)).toMatchObject({ id: '3', event: 'error', data: { code: 'internal_error' } });
    expect(JSON.stringify(events)).not.toContain('secret detail');
    expect(server.logged.flat()).toContain('a query’s stream broke');
  });

  test('gives nothing away that the contract does not declare', async () => {
    await using server = await startServer();
    const answer = await server.post('/query', { prompt: 'hold' });
    const data = { text: 'Hm', accessToken: 'canary' };
    server.fake.say('query-1', { event: 'thinking', data });
    const events = await readEvents(answer, ({ event }) => event === 'thinking');
    expect(events.at(-1)?.data).toEqual({ text: 'Hm' });
  });

  test('sends a large event whole, in pieces that nothing comes between', async () => {
    await using server = await startServer({ limits: { pingMs: 1 } });
    const answer = await server.post('/query', { prompt: 'hold' });
    const text = '\n"😀'.repeat(64 * 1024);
    server.fake.say('query-1', { event: 'thinking', data: { text } });
    const events = await readEvents(answer, ({ event }) => event === 'thinking');
    expect(events.at(-1)?.data).toEqual({ text });
  });

  test('is kept alive by comments while nothing happens', async () => {
    await using server = await startServer({ limits: { pingMs: 5 } });
    const answer = await server.get('/events');
    const reader = answer.body?.getReader();
    let text = '';
    while (!text.includes(': ping\n\n: ping\n\n'))
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
  });
});

describe('the window’s stream', () => {
  test('carries what changes, until the reader leaves', async () => {
    await using server = await startServer();
    const answer = await server.get('/events');
    await eventually(() => server.listeners.size).toBe(1);
    server.publish({ event: 'settings_changed', data: { keys: ['theme'] } });
    expect(await readEvents(answer, () => true)).toEqual([
      { id: '1', event: 'settings_changed', data: { keys: ['theme'] } },
    ]);
    await eventually(() => server.listeners.size).toBe(0);
  });
});

describe('F48', () => {
  test('above the limit another stream is 429, other routes answer, and a place that is given up is free again', async () => {
    await using server = await startServer({ limits: { streams: 20 } });
    const open = await Promise.all(Array.from({ length: 20 }, () => server.get('/events')));
    const refused = await Promise.all(Array.from({ length: 20 }, () => server.get('/events')));
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await server.post('/query', { prompt: 'Hello' })).status).toBe(429);
    expect(server.fake.requests).toEqual([]);
    expect((await server.get('/auth/anthropic/status')).status).toBe(200);
    await Promise.all(open.map((answer) => answer.body?.cancel()));
    await eventually(async () => (await server.post('/query', { prompt: 'Hello' })).status).toBe(200);
  });

  test('a reader that stops reading is cut off, what waits for it is bounded, and it can come back', async () => {
    await using server = await startServer({ limits: { streamStallMs: 300 } });
    const socket = connect(server.port, '127.0.0.1');
    const body = JSON.stringify({ prompt: 'flood' });
    socket.write(
      `POST /query HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.bearer}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    socket.pause();
    const connections = () =>
      new Promise((resolve) => server.server.app.server.getConnections((_error, count) => resolve(count)));
    await eventually(() => server.fake.pulled()).toBeGreaterThan(10);
    await eventually(connections).toBe(0);
    // Frames of 64 KiB: what the kernel takes on both sides, and one more.
    expect(server.fake.pulled()).toBeLessThan(400);
    socket.destroy();
    const again = await fetch(`${server.url}/query/query-1/events`, {
      headers: { ...server.authorization, 'Last-Event-ID': '5' },
    });
    expect((await readEvents(again, () => true))[0]?.id).toBe('6');
  });

  test('a window that does not read is cut off when too much waits for it', async () => {
    await using server = await startServer({ limits: { streamBufferBytes: 64 * 1024 } });
    const answer = await server.get('/events');
    await eventually(() => server.listeners.size).toBe(1);
    const keys = ['x'.repeat(60_000)];
    await eventually(() => {
      for (let count = 0; count < 300; count += 1)
        server.publish({ event: 'settings_changed', data: { keys } });
      return server.listeners.size;
    }).toBe(0);
    await answer.body?.cancel().catch(() => undefined);
  });
});
