import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isUnused, redirectPage } from '../door/index.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';
import { createRedirectGuard, type RedirectGuard } from './redirect-guard.ts';
import type { OnRedirect, RedirectAnswer, RedirectListener, RedirectPage } from './redirect-listener.ts';
import { redirectReceiver, withPort } from './redirect-uri.ts';

// An import would load Node's own fetch with it: 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

type Mode = 'live' | 'sandbox';

const limits = {
  connections: 64,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  checkEveryMs: 1_000,
  /** Of the request line and all headers; what is longer than 16 KiB of query is refused with a page of ours before this. */
  headerBytes: 96 * 1024,
  /** For answers under way when the listener closes. */
  closingMs: 5_000,
  drainingMs: 1_000,
} as const;

/**
 * Listens for the browser's return at a redirect URI other than the sidecar's, until `close`. `{port}` becomes a port of the
 * OS's choice; for `localhost` both `127.0.0.1` and `[::1]` are taken on the same port. For a redirect URI that no listener can
 * receive (https, a custom scheme) nothing listens: the code is pasted or forwarded.
 *
 * The page is `onRedirect`'s choice; its status comes from there or from the guard. `close` frees the port at once and lets
 * an answer under way finish, so that `onRedirect` may call it.
 * @throws InvalidRequestError `callback_port_busy`
 */
export async function openRedirectListener(options: {
  /** As configured, with or without `{port}`. */
  readonly redirectUri: string;
  readonly onRedirect: OnRedirect;
  /** Default: live. In the sandbox its pages say so. */
  readonly mode?: Mode;
  readonly log: (line: string) => void;
}): Promise<RedirectListener> {
  const { redirectUri: template, mode = 'live' } = options;
  if (redirectReceiver(template) === 'elsewhere')
    return { redirectUri: template, close: () => Promise.resolve() };

  let guard: RedirectGuard | null = null;
  const bound = await listenOnLoopback(template, () =>
    createListenerServer(mode, (request, response) => {
      if (guard === null) request.socket.destroy();
      else void answer(guard, request, response, { ...options, mode });
    }),
  );
  const redirectUri = withPort(template, bound.port);
  guard = createRedirectGuard(redirectUri);
  return {
    redirectUri,
    close() {
      for (const server of bound.servers) {
        server.close();
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), limits.closingMs).unref();
      }
      return Promise.resolve();
    },
  };
}

function createListenerServer(
  mode: Mode,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      // The guard asks for it, and answers with a page.
      requireHostHeader: false,
    },
    onRequest,
  );
  server.maxConnections = limits.connections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // A browser opens some ahead; what is written on one of those would be taken for the answer to the redirect. There are few places here.
    if (!socket.writable || error.code === 'ECONNRESET' || isUnused(error, socket)) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(mode, error.code === 'HPE_HEADER_OVERFLOW' ? '431 Too Large' : '400 Bad Request'));
    // What is still coming is dropped for a moment: a reset would take the page with it.
    setTimeout(() => socket.destroy(), limits.drainingMs).unref();
  });
  return server;
}

async function answer(
  guard: RedirectGuard,
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly onRedirect: OnRedirect; readonly mode: Mode; readonly log: (line: string) => void },
): Promise<void> {
  request.resume();
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const { mode } = options;
  const verdict = guard.judge({ method, url, httpVersion, rawHeaders });
  if (!verdict.pass) {
    send(response, verdict.status, 'failed', mode);
    return;
  }
  try {
    const { page, status } = asAnswer(await options.onRedirect(verdict.response));
    send(response, status ?? guard.statusOf(page), page, mode);
  } catch (error) {
    options.log(
      `oauth: the redirect could not be judged (${error instanceof Error ? error.name : 'unknown'})`,
    );
    send(response, 500, 'failed', mode);
  }
}

function asAnswer(answered: RedirectPage | RedirectAnswer): { page: RedirectPage; status?: number } {
  return typeof answered === 'string' ? { page: answered } : answered;
}

function send(response: ServerResponse, status: number, page: RedirectPage, mode: Mode): void {
  const { body, headers } = redirectPage(page, mode);
  const { 'Content-Length': length, 'Content-Type': type, ...always } = headers;
  const empty = status === 204;
  response.writeHead(status, {
    ...always,
    ...(!empty && { 'Content-Length': length, 'Content-Type': type }),
    ...(status === 405 && { Allow: 'GET' }),
    Connection: 'close',
  });
  response.end(empty ? undefined : body);
}

/** What Node's parser refused has no response object: the same page, written by hand. */
function rawAnswer(mode: Mode, status: string): string {
  const { body, headers } = redirectPage('failed', mode);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`HTTP/1.1 ${status}`, ...lines, '', body.toString()].join('\r\n');
}
