import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ErrorCode, problemMediaType, problemOf } from '@postern/contract';

/** A request that arrived, with its JSON body; of another type, its text. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query string. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What is said to one request; the socket is the script's to write to, or to break. */
export type Reply = (response: ServerResponse, request: ArrivedRequest) => void | Promise<void>;

/** A small HTTP server on loopback that answers by script, in place of a sidecar. */
export interface ScriptedSidecar {
  readonly url: string;
  readonly requests: readonly ArrivedRequest[];
  /** Replies in turn to `METHOD /path` (no query string); the last one is repeated. */
  on(route: string, ...replies: readonly Reply[]): void;
  /** Resolves once `count` requests to the route have arrived. */
  arrived(route: string, count?: number): Promise<ArrivedRequest>;
  close(): Promise<void>;
}

/** Listens on a port of the OS's choice; every request without a reply gets 404 `not_found`. */
export async function startScriptedSidecar(): Promise<ScriptedSidecar> {
  const scripts = new Map<string, Reply[]>();
  const requests: ArrivedRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((incoming, response) => {
    void answer(incoming, response);
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const { method = '', url = '', headers } = incoming;
    const isJson = headers['content-type'] === 'application/json';
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text || null;
    const request = { method, url, headers, body };
    requests.push(request);
    for (const look of waiting) look();
    const replies = scripts.get(routeOf(request)) ?? [];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    await (reply ?? problem('not_found'))(response, request);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on: (route, ...replies) => {
      scripts.set(route, [...replies]);
    },
    arrived: (route, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = requests.filter((each) => routeOf(each) === route)[count - 1];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Replies with JSON. */
export function json(body: unknown, status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** Replies with the problem document of a code. */
export function problem(code: ErrorCode, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    const document = problemOf(code);
    response
      .writeHead(document.status, { 'content-type': problemMediaType, ...headers })
      .end(JSON.stringify(document));
  };
}

/** One event frame as the sidecar writes it. */
export function frame(id: number, event: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Replies with an event stream of these frames; then ends it, breaks the connection, or keeps it open. */
export function stream(frames: readonly string[], then: 'end' | 'break' | 'stay' = 'end'): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    response.write(frames.join(''), () => {
      if (then === 'end') response.end();
      if (then === 'break') response.destroy();
    });
  };
}

function routeOf(request: ArrivedRequest): string {
  return `${request.method} ${request.url.split('?')[0]}`;
}
