/** A server with idle event streams: Postern's real HTTP edge over ports that do nothing, or bare `node:http`. Tells its memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startServer } from '../../packages/sidecar/test/support/http/harness.ts';
import { orderOf, serveQuestions } from './serve-questions.ts';

/** Which of the two. */
export interface EventStreamsOrder {
  readonly side: 'ours' | 'peer';
  /** Most streams that will be open at once; the product's own limit is lower. */
  readonly most: number;
}

/** Where it listens, and the bearer it takes. */
export interface EventStreamsReady {
  readonly url: string;
  readonly bearer: string;
}

const { side, most } = orderOf<EventStreamsOrder>();
const pingMs = 15_000;

async function ours(): Promise<EventStreamsReady> {
  const room = most + 10;
  const { url, bearer } = await startServer({
    limits: { streams: room, connections: room, strangers: room },
  });
  return { url, bearer };
}

/** The least that an event stream needs: headers, a first byte, and a ping now and then. */
function peer(): Promise<EventStreamsReady> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    const ping = setInterval(() => response.write(': ping\n\n'), pingMs).unref();
    response.once('close', () => clearInterval(ping));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, bearer: '' });
    });
  });
}

const ready = side === 'ours' ? await ours() : await peer();
await serveQuestions(
  ready,
  async () => {
    // The collection that a sidecar makes at rest (`idle-gc.ts`). Any other leaves what the requests needed while they were answered.
    await globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'sync' });
    return { residentBytes: process.memoryUsage.rss() };
  },
  () => undefined,
);
