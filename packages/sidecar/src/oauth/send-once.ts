import { isUnsentError } from '../errors/index.ts';

/** The part of `fetch` that the protocol uses. Node's own and undici's both fit, with or without a dispatcher bound to them. */
export type Fetch = (
  url: string,
  init: {
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    body?: ReadableStream<Uint8Array>;
    duplex?: 'half';
    credentials: 'omit';
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}>;

/** One request, sent once. */
export interface OneRequest {
  readonly url: string;
  /** null: a GET. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole of it, the answer's last byte included. */
  readonly timeoutMs: number;
}

/** How it went. `text` is null where the body was longer than 1 MiB (`too_long`) or did not arrive whole (`cut_off`). */
export type Outcome =
  | {
      readonly answered: true;
      readonly status: number;
      readonly header: (name: string) => string | null;
      readonly text: string | null;
      readonly body: 'whole' | 'too_long' | 'cut_off';
    }
  | { readonly answered: false; readonly sent: boolean; readonly reason: string };

/** Bytes of an answer that are read at most. Source: docs/spec/refresh.md#steps. */
export const longestAnswer = 1024 * 1024;
/** A timer that fires this much too late means that the process stood still. */
const stoodStillMs = 1_000;
const readingMs = 2_000;

/**
 * Sends a request exactly once and reads the answer: no redirects, no cookies, no second try. Never throws for what the
 * network does.
 *
 * The body goes as a stream that is read only once a connection exists. So a body that was not read was not sent,
 * whatever the error; and fetch's own repetition after a 421, which it grants to bodies it can start again, cannot happen
 * (measured with Node 24 and undici 8). Every connection is closed after its answer: a kept one that the server has just
 * given up looks like a request that was sent and lost.
 */
export async function sendOnce(fetch: Fetch, request: OneRequest): Promise<Outcome> {
  let asked = false;
  const bytes = new TextEncoder().encode(request.body ?? '');
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked = true;
        controller.enqueue(bytes);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const post = request.body !== null;
  try {
    const response = await fetch(request.url, {
      method: post ? 'POST' : 'GET',
      headers: {
        ...request.headers,
        connection: 'close',
        ...(post && { 'content-length': String(bytes.length) }),
      },
      ...(post && { body, duplex: 'half' as const }),
      credentials: 'omit',
      redirect: 'manual',
      signal: deadline(request.timeoutMs),
    });
    return {
      answered: true,
      status: response.status,
      header: (name) => response.headers.get(name),
      ...(await readBody(response.body)),
    };
  } catch (error) {
    const sent = (asked || !post) && !isUnsentError(error);
    return { answered: false, sent, reason: reasonOf(error) };
  }
}

/**
 * Aborts after `ms`. A process that stood still meanwhile (suspended, or a machine that slept) wakes to its timers first: it gets a
 * moment to read an answer that is there already, for a spent refresh token is not spent again.
 */
function deadline(ms: number): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  const dueAt = performance.now() + ms;
  setTimeout(() => {
    if (performance.now() - dueAt < stoodStillMs) abort();
    else setTimeout(abort, readingMs).unref();
  }, ms).unref();
  return controller.signal;
}

async function readBody(
  body: AsyncIterable<Uint8Array> | null,
): Promise<{ text: string | null; body: 'whole' | 'too_long' | 'cut_off' }> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      // Leaving the loop cancels the body, which closes the connection.
      if (length > longestAnswer) return { text: null, body: 'too_long' };
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    return { text: null, body: 'cut_off' };
  }
  return { text: text + decoder.decode(), body: 'whole' };
}

/** A word for the log: the error's code or name, never its text, which may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
