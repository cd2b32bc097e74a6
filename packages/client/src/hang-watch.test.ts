import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, type ScriptedSidecar, startScriptedSidecar } from '../test/scripted-sidecar.ts';
import { HangWatch } from './hang-watch.ts';
import { createPosternClient, type PosternClient } from './postern-client.ts';

const times = { quietMs: 40, healthMs: 200, patienceMs: 500 };
const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1' });
const result = frame(2, 'result', { stopReason: 'end_turn', costUsd: 0, receiptId: 'r1', durationMs: 5 });

describe('a sidecar that hangs', () => {
  let sidecar: ScriptedSidecar;
  let client: PosternClient;
  /** What was told, in order. */
  let told: (string | null)[];

  beforeEach(async () => {
    sidecar = await startScriptedSidecar();
    const hangs = { detail: () => 'Process 7 hangs.', times };
    client = createPosternClient({ baseUrl: sidecar.url, token: 't', hangs });
    told = [];
  });
  afterEach(() => sidecar.close());

  const silent = (): void => undefined;
  const healthy = (response: ServerResponse): void => {
    response.end('{}');
  };
  async function asked(): Promise<string[]> {
    const events: string[] = [];
    const onHang = (detail: string | null): void => void told.push(detail);
    for await (const { event } of client.runQuery({ prompt: 'Hello' }, { onHang })) events.push(event);
    return events;
  }
  /** Begins a stream, and ends it after so long. */
  const stream =
    (afterMs: number) =>
    async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(started);
      await pause(afterMs);
      response.end(result);
    };

  it('is named by a call within the time, before its head and within its body', async () => {
    sidecar.on('GET /health', silent);
    sidecar.on('GET /usage', silent, (response) => void response.write('{'));
    for (let call = 0; call < 2; call += 1)
      await expect(client.usage()).rejects.toMatchObject({
        ...{ code: 'not_answering', detail: 'Process 7 hangs.', retryable: true, status: 503 },
      });
  });

  it('is not one whose answer is slow while it says that it is well', async () => {
    sidecar.on('GET /health', healthy);
    sidecar.on('GET /usage', async (response) => {
      await pause(400);
      response.end('{"windows":[]}');
    });
    sidecar.on('POST /query', stream(400));
    expect(await client.usage()).toEqual({ windows: [] });
    expect(await asked()).toEqual(['started', 'result']);
    expect(told).toEqual([]);
    // Ever less often.
    const looks = sidecar.requests.filter(({ url }) => url === '/health');
    expect(looks.length).toBeLessThanOrEqual(8);
  });

  it('is told of while a query runs, which goes on where it answers again', async () => {
    sidecar.on('GET /health', silent);
    sidecar.on('POST /query', stream(450));
    expect(await asked()).toEqual(['started', 'result']);
    expect(told).toEqual(['Process 7 hangs.', null]);
  });

  it('ends a query once it was waited for long enough', async () => {
    sidecar.on('GET /health', silent);
    sidecar.on('POST /query', stream(60_000), silent);
    await expect(asked()).rejects.toMatchObject({ code: 'not_answering', detail: 'Process 7 hangs.' });
    expect(told).toEqual(['Process 7 hangs.']);
  });

  it('is waited for by who listens to its events', async () => {
    sidecar.on('GET /health', silent);
    sidecar.on('GET /events', async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
      await pause(900);
      response.end(frame(1, 'settings_changed', {}));
    });
    const onHang = (detail: string | null): void => void told.push(detail);
    const seen: string[] = [];
    for await (const { event } of client.events({ onHang, reconnect: false })) seen.push(event);
    expect(seen).toEqual(['settings_changed']);
    expect(told).toEqual(['Process 7 hangs.', null]);
  });

  it('is not one that answered while this process itself stood still', async () => {
    let looks = 0;
    const send = async (_url: string, { signal }: RequestInit): Promise<Response> => {
      looks += 1;
      if (looks > 1) return Response.json({});
      const until = performance.now() + 3 * times.healthMs;
      while (performance.now() < until);
      return await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const watch = new HangWatch({ detail: () => '', times }, send, sidecar.url, null);
    expect(await watch.over(pause(4 * times.healthMs, 'answered'))).toBe('answered');
    expect(looks).toBeGreaterThan(1);
  });

  it('that has ended is not one that hangs', async () => {
    sidecar.on('GET /usage', silent);
    const usage = client.usage();
    await sidecar.arrived('GET /usage');
    await sidecar.close();
    await expect(usage).rejects.toMatchObject({ code: 'not_running' });
    sidecar = await startScriptedSidecar();
  });
});
