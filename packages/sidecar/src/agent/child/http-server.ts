import { randomUUID } from 'node:crypto';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike, Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import { noAnswer } from './server-failure.ts';

const json = 'application/json';

/**
 * An MCP server that is reached over Streamable HTTP, each request to which is answered. The MCP SDK’s own transport says nothing where a
 * response ends without the answer, and the program would wait forever. The end of each response is therefore marked by a message
 * behind all of the server’s, which refuses the request unless its answer came or the SDK resumes the stream.
 */
export class HttpServer implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #inner: StreamableHTTPClientTransport;
  /** Random: a server cannot write it. */
  readonly #mark = randomUUID();
  /** Requests whose stream the SDK goes on with after it broke. */
  readonly #resumable = new Set<RequestId>();

  constructor(address: URL, headers: Readonly<Record<string, string>>, fetch: FetchLike) {
    this.#inner = new StreamableHTTPClientTransport(address, {
      requestInit: { headers },
      fetch: marking(fetch, this.#mark),
    });
    this.#inner.onmessage = (message) => this.#hear(message);
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => this.onclose?.();
  }

  async start(): Promise<void> {
    await this.#inner.start();
  }

  /** @throws StreamableHTTPError, or what `fetch` threw */
  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message && 'id' in message)) return await this.#inner.send(message);
    await this.#inner.send(message, { onresumptiontoken: () => this.#resumable.add(message.id) });
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion(version);
  }

  #hear(message: JSONRPCMessage): void {
    if (!('error' in message) || message.error.data !== this.#mark) this.onmessage?.(message);
    else if (message.id !== undefined && !this.#resumable.delete(message.id))
      this.onmessage?.(noAnswer(message.id));
  }
}

/** Marks the end of each response to a request. */
function marking(fetch: FetchLike, mark: string): FetchLike {
  return async (url, init = {}) => {
    const response = await fetch(url, init);
    // The SDK takes this one status of a stream it wants to resume for "there is no stream", and says nothing.
    if (response.status === 405 && new Headers(init.headers).has('last-event-id'))
      return new Response(null, { status: 501 });
    const id = requestIn(init.body);
    if (id === null || !response.ok) return response;
    const { error, ...rest } = noAnswer(id);
    const end = JSON.stringify({ ...rest, error: { ...error, data: mark } });
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
    const made = (body: string | ReadableStream): Response => {
      const headers = new Headers(response.headers);
      if (type !== 'text/event-stream') headers.set('content-type', json);
      return new Response(body, { status: 200, headers });
    };
    if (type === 'text/event-stream') return made(withEnd(response.body, `\n\ndata: ${end}\n\n`));
    if (type === json) {
      const text = await response.text();
      return made(`[${[asList(text), end].filter((each) => each !== '').join()}]`);
    }
    if (response.status !== 202) return response;
    await response.body?.cancel();
    return made(end);
  };
}

/** The bytes of a response and then its end, also where it breaks off. */
function withEnd(body: ReadableStream<Uint8Array> | null, end: string): ReadableStream<Uint8Array> {
  async function* parts() {
    try {
      if (body !== null) yield* body;
    } catch {
      // What is missing is answered by the end.
    }
    yield new TextEncoder().encode(end);
  }
  return ReadableStream.from(parts());
}

/** Messages of a JSON response without the brackets of their list. @throws SyntaxError */
function asList(text: string): string {
  const messages: unknown = JSON.parse(text);
  return Array.isArray(messages) ? JSON.stringify(messages).slice(1, -1) : text;
}

/** The id of the request that a body is; null: it is none. */
function requestIn(body: unknown): RequestId | null {
  if (typeof body !== 'string') return null;
  const message: unknown = JSON.parse(body);
  if (typeof message !== 'object' || message === null || !('method' in message) || !('id' in message))
    return null;
  return typeof message.id === 'string' || typeof message.id === 'number' ? message.id : null;
}
