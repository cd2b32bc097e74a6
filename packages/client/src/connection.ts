import { ownError, PosternError } from './postern-error.ts';

/** As much of a `Response` as is read. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): AnswerReader } | null;
  json(): Promise<unknown>;
}

/** Reads a body piece by piece. `cancel` closes the connection where the body has not ended. */
export interface AnswerReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** The part of `fetch` that is used; the global one fits. It follows no redirect. */
export type Fetch = (input: string, init: RequestInit) => Promise<Answer>;

/** Where the sidecar is, and the token of its launch. */
export interface ConnectionOptions {
  /** `http://127.0.0.1:<port>`, or the page's own origin. */
  readonly baseUrl: string;
  /** Token of this launch; null for the two routes that need none (`/health`, `/session`). It only ever travels in a header. */
  readonly token: string | null;
  readonly fetch?: Fetch;
}

/** One request. A POST has a JSON body, `{}` where nothing is to be said, or raw bytes. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Sent as they are, instead of `body`. */
  readonly raw?: { readonly type: string; readonly bytes: Blob | Uint8Array<ArrayBuffer> };
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** How requests reach the sidecar. */
export interface Connection {
  /**
   * The answer, whatever its body, when its status is 2xx.
   * @throws PosternError the problem document, or `not_running`; the signal's reason when it was aborted
   */
  open(call: Call): Promise<Answer>;
  /** The parsed JSON of `open`. The sidecar's own schemas made it, so its shape is taken as promised. */
  json<T>(call: Call): Promise<T>;
}

/** A connection to one sidecar. Nothing is sent before the first call. */
export function createConnection(options: ConnectionOptions): Connection {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  // A browser's fetch refuses to be called on another object than the window.
  const send: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));

  async function open(call: Call): Promise<Answer> {
    let response: Answer;
    try {
      response = await send(baseUrl + call.path + queryString(call.query), {
        method: call.method,
        headers: {
          ...(options.token === null ? {} : { authorization: `Bearer ${options.token}` }),
          ...(call.method === 'POST' ? { 'content-type': call.raw?.type ?? 'application/json' } : {}),
          ...call.headers,
        },
        ...(call.method === 'POST' ? { body: call.raw?.bytes ?? JSON.stringify(call.body ?? {}) } : {}),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
        redirect: 'error',
        cache: 'no-store',
        credentials: 'omit',
      });
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw ownError('not_running', { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  return {
    open,
    async json<T>(call: Call): Promise<T> {
      const response = await open(call);
      try {
        return (await response.json()) as T;
      } catch (cause) {
        call.signal?.throwIfAborted();
        throw ownError('internal_error', { detail: 'The answer was no JSON.', cause });
      }
    },
  };
}

function queryString(query: Call['query']): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given}`;
}

async function errorOf(response: Answer): Promise<PosternError> {
  const body = await response.json().catch(() => null);
  const retryAfterSeconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  const options = { retryAfterMs: Number.isNaN(retryAfterSeconds) ? null : retryAfterSeconds * 1000 };
  if (isProblem(body)) return new PosternError({ ...body, status: response.status }, options);
  return new PosternError(
    {
      code: 'internal_error',
      status: response.status,
      title: 'The answer did not come from Postern',
      detail: `Status ${response.status} without a problem document.`,
      retryable: response.status >= 500,
    },
    options,
  );
}

function isProblem(
  body: unknown,
): body is { code: string; title: string; detail: string; retryable: boolean } {
  if (typeof body !== 'object' || body === null) return false;
  const { code, title, detail, retryable } = body as Record<
    'code' | 'title' | 'detail' | 'retryable',
    unknown
  >;
  return [code, title, detail].every((each) => typeof each === 'string') && typeof retryable === 'boolean';
}
