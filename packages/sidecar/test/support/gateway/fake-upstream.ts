import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The key that the stand-in for the service knows. */
export const apiKey = 'sk-ant-api03-test-key-0000';

/** A request as the stand-in for the service saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** `token-1`, `key`, or null: what it was paid with. */
  readonly paidWith: string | null;
}

export type Respond = (seen: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server in the place of the service. */
export interface Upstream {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Requests whose connection was gone before their answer was whole. */
  readonly abandoned: readonly SeenRequest[];
}

export async function startUpstream(respond: Respond): Promise<Upstream> {
  const seen: SeenRequest[] = [];
  const abandoned: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { headers } = incoming;
      const bearer = headers.authorization?.replace('Bearer ', '') ?? null;
      const paidWith = headers['x-api-key'] === apiKey ? 'key' : bearer;
      const one = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers,
        body: Buffer.concat(chunks),
        paidWith,
      };
      seen.push(one);
      response.once('close', () => {
        if (!response.writableFinished) abandoned.push(one);
      });
      void respond(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, abandoned };
}

/** Events of a streamed answer, whole. */
export function answerEvents(text = 'hello'): string {
  return [
    startEvent(),
    sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    endEvents(),
  ].join('');
}

export function startEvent(): string {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 3,
    output_tokens: 1,
  };
  return sse({ type: 'message_start', message: { id: 'm', model: 'claude-sonnet-5-5-20260801', usage } });
}

/** The first events of an answer, up to its first word: from here on it is passed on, and not asked for again. */
export function begunEvents(): string {
  const delta = { type: 'text_delta', text: 'hel' };
  return startEvent() + sse({ type: 'content_block_delta', index: 0, delta });
}

export function endEvents(): string {
  return `${sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 25 } })}${sse({ type: 'message_stop' })}`;
}

export function sse(event: { readonly type: string } & Record<string, unknown>): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function sendStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.end(answerEvents());
}

export function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
}
