import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageOf } from '../../packages/sandbox/src/messages-api/message.ts';
import { eventFrame, messageEvents } from '../../packages/sandbox/src/messages-api/message-events.ts';
import type { MessageRequest } from '../../packages/sandbox/src/model/message-request.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

const field = '"data":"';
const apiKey = 'sk-ant-api03-many-queries-of-a-test-0000';

/** A service in a process of its own; keeps the digest of what stands in `data` of each request's documents. */
async function startService(): Promise<{ readonly url: string; readonly digests: ReadonlySet<string> }> {
  const digests = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (incoming.method === 'GET') return void outgoing.end('{"data":[]}');
    const text = Buffer.concat(chunks).toString('latin1');
    for (let at = text.indexOf(field); at !== -1; at = text.indexOf(field, at + 1)) {
      const data = text.slice(at + field.length, text.indexOf('"', at + field.length));
      if (data.length > 1000) digests.add(digestOf(data));
    }
    const message = messageOf(
      { model: 'claude-test', max_tokens: 1, messages: [] } as unknown as MessageRequest,
      {
        blocks: [{ type: 'text', text: 'Seen.' }],
        stopReason: 'end_turn',
        stopSequence: null,
      },
    );
    outgoing.setHeader('content-type', 'text/event-stream');
    for (const event of messageEvents(message)) outgoing.write(eventFrame(event));
    outgoing.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, digests };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Asks for `/health` every 10 ms from a thread of its own. What it gives ends it: how long each answer took, in milliseconds. */
function askForHealth(url: string): () => Promise<readonly number[]> {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const times = [];
    let isOver = false;
    parentPort.once('message', () => { isOver = true; });
    (async () => {
      while (!isOver) {
        const startedAt = performance.now();
        await (await fetch(workerData + '/health')).text();
        times.push(performance.now() - startedAt);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      parentPort.postMessage(times);
    })();`;
  const worker = new Worker(program, { eval: true, workerData: url });
  return async () => {
    worker.postMessage('end');
    const [times] = (await once(worker, 'message')) as [readonly number[]];
    await worker.terminate();
    return times;
  };
}

async function run({ client, household }: Postern, path: string | null): Promise<readonly QueryEvent[]> {
  const events: QueryEvent[] = [];
  const attachments = path === null ? {} : { attachments: [{ path }] };
  for await (const event of client.runQuery({
    prompt: 'Look',
    workspace: household.workspace,
    ...attachments,
  }))
    events.push(event);
  return events;
}

describe('many queries at once', () => {
  it('run a few at a time, each to its end, with what was attached, and the sidecar answers all the while', async () => {
    const service = await startService();
    const postern = await startPostern({
      args: ['--live', '--port', '0', '--store', 'memory'],
      variables: { POSTERN_API_BASE_URL: service.url },
    });
    onTestFinished(() => postern.stop());
    // What large files may cost at most would reach the usual cap.
    const { fallback } = await postern.client.settings();
    await postern.client.updateSettings({ apiKey, fallback: { ...fallback, capUsdPerDay: null } });
    const path = join(postern.household.workspace, 'large.pdf');
    const document = randomBytes(20_000_000);
    writeFileSync(path, document);

    const health = askForHealth(postern.ready.url);
    let most = 0;
    const counting = setInterval(() => {
      const programs = postern.household.processes().filter(({ command }) => command.includes('stream-json'));
      most = Math.max(most, programs.length);
    }, 100);
    const all = await Promise.all(Array.from({ length: 14 }, () => run(postern, path)));
    clearInterval(counting);
    const times = (await health()).toSorted((one, other) => one - other);

    expect(all.map((events) => events.at(-1)?.event)).toEqual(all.map(() => 'result'));
    expect([...service.digests]).toEqual([digestOf(document.toString('base64'))]);
    expect(all.filter((events) => events.some(({ event }) => event === 'queued')).length).toBeGreaterThan(0);
    // 8 at most run, 3 wait for their next turn, one for the next conversation, and one may be on its way out.
    expect(most).toBeLessThanOrEqual(13);
    // How long nothing of its own may hold it up is measured by its thread's time, in agent-queue.slow.test.ts: 14 programs at work on a small
    // machine keep any answer waiting now and then.
    expect(times.length).toBeGreaterThan(100);
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(100);
  });
});
