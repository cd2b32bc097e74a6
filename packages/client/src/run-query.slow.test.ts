import { errorTable, type QueryEvent } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  frame,
  problem,
  type ScriptedSidecar,
  startScriptedSidecar,
  stream,
} from '../test/scripted-sidecar.ts';
import { createPosternClient, type PosternClient } from './postern-client.ts';
import { ownSentences, PosternError } from './postern-error.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'The sandbox, at no cost' };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });
const text = (id: number, piece: string) => frame(id, 'assistant_text', { text: piece });
const result = (id: number) =>
  frame(id, 'result', { stopReason: 'end_turn', usage: {}, costUsd: 0, receiptId: 'r1', durationMs: 5 });

let sidecar: ScriptedSidecar;
let client: PosternClient;
beforeEach(async () => {
  sidecar = await startScriptedSidecar();
  client = createPosternClient({ baseUrl: sidecar.url, token: 'token-of-this-launch' });
});
afterEach(() => sidecar.close());

async function ask(signal?: AbortSignal): Promise<QueryEvent[]> {
  const events: QueryEvent[] = [];
  for await (const event of client.runQuery({ prompt: 'hello' }, { signal })) events.push(event);
  return events;
}

const answer = (events: readonly QueryEvent[]) =>
  events.map((each) => (each.event === 'assistant_text' ? each.data.text : '')).join('');

describe('runQuery', () => {
  it('gives every event up to the result, and sends the token in a header only', async () => {
    sidecar.on('POST /query', stream([started, text(2, 'Hello'), text(3, ' you'), result(4)]));
    const events = await ask();
    expect(events.map((each) => each.event)).toEqual([
      'started',
      'assistant_text',
      'assistant_text',
      'result',
    ]);
    expect(sidecar.requests).toHaveLength(1);
    expect(sidecar.requests[0]?.headers.authorization).toBe('Bearer token-of-this-launch');
    expect(sidecar.requests[0]?.url).toBe('/query');
  });

  it('reads frames whose bytes arrive one at a time, in the middle of characters too', async () => {
    sidecar.on('POST /query', async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of Buffer.from(started + text(2, 'Grüße 🌷') + result(3)))
        await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
      response.end();
    });
    expect(answer(await ask())).toBe('Grüße 🌷');
  });

  it('goes on where a broken connection stopped, without giving an event twice', async () => {
    sidecar.on('POST /query', stream([started, text(2, 'one '), text(3, 'two ').slice(0, 20)], 'break'));
    sidecar.on(
      'GET /query/q1/events',
      stream([text(2, 'one '), text(3, 'two ')], 'break'),
      stream([text(3, 'two '), text(4, 'three'), result(5)]),
    );
    expect(answer(await ask())).toBe('one two three');
    const taken = sidecar.requests.filter((each) => each.method === 'GET');
    expect(taken.map((each) => each.headers['last-event-id'])).toEqual(['2', '3']);
  });

  it('tries again while the sidecar is busy, and says so when the query is gone', async () => {
    sidecar.on('POST /query', stream([started, text(2, 'one')]));
    sidecar.on('GET /query/q1/events', problem('too_many_requests'), problem('query_not_found'));
    await expect(ask()).rejects.toMatchObject({ name: 'PosternError', code: 'query_not_found', status: 404 });
  });

  it('breaks off where the sidecar has ended, without waiting for another one', async () => {
    sidecar.on('POST /query', stream([started], 'stay'));
    const reading = (async () => {
      for await (const { event } of client.runQuery({ prompt: 'Hi' }))
        if (event === 'started') await sidecar.close();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'stream_interrupted' });
  });

  it('does not send the prompt again when the connection broke before the query had a name', async () => {
    sidecar.on('POST /query', stream([], 'break'));
    await expect(ask()).rejects.toMatchObject({ code: 'stream_interrupted' });
    expect(sidecar.requests).toHaveLength(1);
  });

  it('ends after an error event, which is no exception', async () => {
    const error = { code: 'no_working_credential', title: 't', detail: 'd', retryable: false };
    sidecar.on('POST /query', stream([started, frame(2, 'error', error), text(3, 'never')], 'stay'));
    expect((await ask()).at(-1)).toEqual({ event: 'error', data: error });
    expect(sidecar.requests).toHaveLength(1);
  });

  it('leaves out events of a newer sidecar', async () => {
    sidecar.on('POST /query', stream([started, frame(2, 'hologram', {}), result(3)]));
    expect((await ask()).map((each) => each.event)).toEqual(['started', 'result']);
  });

  it('cancels the query when the consumer leaves the loop', async () => {
    sidecar.on('POST /query', stream([started, text(2, 'one')], 'stay'));
    for await (const event of client.runQuery({ prompt: 'hello' }))
      if (event.event === 'assistant_text') break;
    await sidecar.arrived('POST /query/q1/cancel');
  });

  it('cancels the query when it is aborted in the middle of the answer', async () => {
    sidecar.on('POST /query', stream([started, text(2, 'one')], 'stay'));
    const controller = new AbortController();
    const events: string[] = [];
    const run = (async () => {
      for await (const event of client.runQuery({ prompt: 'hello' }, { signal: controller.signal })) {
        events.push(event.event);
        if (event.event === 'assistant_text') controller.abort(new Error('enough'));
      }
    })();
    await expect(run).rejects.toThrow('enough');
    expect(events).toEqual(['started', 'assistant_text']);
    await sidecar.arrived('POST /query/q1/cancel');
    expect(sidecar.requests).toHaveLength(2);
  });

  it('cancels a query that was aborted before its name was known', async () => {
    const controller = new AbortController();
    let open = () => {};
    sidecar.on('POST /query', async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      await new Promise<void>((resolve) => {
        open = resolve;
      });
      response.write(started);
    });
    const run = ask(controller.signal);
    await sidecar.arrived('POST /query');
    controller.abort(new Error('enough'));
    open();
    await expect(run).rejects.toThrow('enough');
    await sidecar.arrived('POST /query/q1/cancel');
  });

  it('throws the problem that was known before the stream opened, with the time to wait', async () => {
    sidecar.on('POST /query', problem('refresh_unavailable', { 'retry-after': '7' }));
    const expected = { code: 'refresh_unavailable', status: 503, retryable: true, retryAfterMs: 7000 };
    await expect(ask()).rejects.toMatchObject(expected);
  });
});

describe('PosternError', () => {
  it('says what the error table says where the client speaks for itself', () => {
    for (const [code, { detail, ...own }] of Object.entries(ownSentences)) {
      const { nextStep, ...row } = errorTable[code as keyof typeof ownSentences];
      expect({ ...own, nextStep: detail }).toEqual({ ...row, nextStep });
    }
  });

  it('is not_running where nothing listens', async () => {
    await sidecar.close();
    await expect(client.health()).rejects.toMatchObject({ code: 'not_running', status: 503 });
    sidecar = await startScriptedSidecar();
  });

  it('is unauthorized with the table’s sentences on 401, and never holds the token', async () => {
    sidecar.on('GET /settings', problem('unauthorized'));
    const error = await client.settings().catch((each: unknown) => each);
    expect(error).toBeInstanceOf(PosternError);
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, retryable: false });
    expect(JSON.stringify(error) + String(error)).not.toContain('token-of-this-launch');
  });

  it('says so where something else than Postern answers', async () => {
    sidecar.on('GET /health', (response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    await expect(client.health()).rejects.toMatchObject({
      code: 'internal_error',
      status: 502,
      retryable: true,
    });
  });

  it('does not follow a redirect', async () => {
    sidecar.on('GET /health', (response) => {
      response.writeHead(302, { location: `${sidecar.url}/elsewhere` }).end();
    });
    await expect(client.health()).rejects.toBeInstanceOf(PosternError);
    expect(sidecar.requests).toHaveLength(1);
  });
});
