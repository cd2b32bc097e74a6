import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { messageLimit } from './message-limit.ts';

/** A way to servers over HTTP, on connections of its own. */
export interface ServerFetch {
  readonly fetch: FetchLike;
  close(): Promise<void>;
}

/**
 * Through the proxy that programs get, for https only and never for this machine. An answer may take as long as a tool does, and a stream
 * may be silent for as long: what ends them is the user, or the program. No message may be longer than `longestMessage`.
 * @param passed what is passed to programs of our environment
 */
export function serverFetch(passed: Readonly<Record<string, string>>): ServerFetch {
  const dispatcher = new EnvHttpProxyAgent({
    // An empty text, not undefined: the agent would read the environment.
    httpProxy: '',
    httpsProxy: passed['HTTPS_PROXY'] ?? '',
    noProxy: passed['NO_PROXY'] ?? '',
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    // The MCP SDK's transports send texts.
    fetch: async (url, { method = 'GET', headers, body, signal, redirect = 'follow' } = {}) => {
      const response = await fetch(url, {
        ...{ method, redirect, dispatcher, headers: Object.fromEntries(new Headers(headers)) },
        body: typeof body === 'string' ? body : null,
        signal: signal ?? null,
      });
      const { status, statusText } = response;
      if (response.body === null) return response;
      const isEventStream = /^\s*text\/event-stream\s*(?:;|$)/i.test(
        response.headers.get('content-type') ?? '',
      );
      const limited = response.body.pipeThrough(messageLimit(isEventStream));
      return new Response(limited, { status, statusText, headers: [...response.headers] });
    },
    close: () => dispatcher.destroy(),
  };
}
