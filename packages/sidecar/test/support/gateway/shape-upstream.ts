import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type AnswerShape, type Delivery, piecesOf, textEvents, written } from './answer-shapes.ts';

/** A server that answers its next calls in given shapes. */
export interface ShapeUpstream {
  readonly url: string;
  /** The bodies of the calls since `script`, in order. */
  readonly calls: readonly string[];
  /** When the last byte of the last answer was written, by `performance.now()`. */
  readonly lastByteAtMs: number;
  /** What comes next, in order; after that each call is refused for good. */
  script(...answers: readonly ScriptedAnswer[]): void;
}

export interface ScriptedAnswer {
  readonly shape: AnswerShape;
  readonly delivery?: Delivery;
}

/** How long a reader may take to read what was written, before its connection is cut. */
const readMs = 400;

/** A plain answer, whole. */
export function plainAnswer(text: string): ScriptedAnswer {
  const body = Buffer.from(written(textEvents(text)));
  return { shape: { name: 'plain', headers: { 'content-type': 'text/event-stream' }, body, end: 'ended' } };
}

/** Starts it on loopback; it ends with the test. */
export async function startShapeUpstream(): Promise<ShapeUpstream> {
  const calls: string[] = [];
  let answers: ScriptedAnswer[] = [];
  const upstream = { lastByteAtMs: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!request.url?.startsWith('/v1/messages')) return response.writeHead(404).end();
      calls.push(Buffer.concat(chunks).toString());
      const next = answers.shift();
      if (next === undefined) return refuse(response);
      return void answer(response, next, () => {
        upstream.lastByteAtMs = performance.now();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    script(...next: readonly ScriptedAnswer[]) {
      calls.length = 0;
      answers = [...next];
    },
  });
}

async function answer(
  response: ServerResponse,
  { shape, delivery = 'in one piece' }: ScriptedAnswer,
  onLastByte: () => void,
): Promise<void> {
  const { headers, body, end } = shape;
  const length = 'content-length' in headers ? { 'content-length': String(body.length) } : {};
  response.writeHead(200, { ...headers, ...length });
  response.socket?.setNoDelay(true);
  for (const { bytes, waitMs } of piecesOf(body, delivery)) {
    if (waitMs > 0) await after(waitMs);
    await new Promise((resolve) => response.write(bytes, resolve));
    if (response.destroyed) return;
  }
  onLastByte();
  if (end === 'ended') response.end();
  // A reader throws away what it has not read when the connection goes, which would be another shape. A busy machine takes its time.
  if (end === 'cut') setTimeout(() => response.destroy(), readMs);
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/json', 'x-should-retry': 'false' });
  response.end('{"type":"error","error":{"type":"permission_error","message":"not scripted"}}');
}
