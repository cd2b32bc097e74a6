import { type Hangs, HangWatch, type ToldOfHang } from './hang-watch.ts';
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
  /**
   * With it, a sidecar that hangs is noticed within seconds: a call fails with `not_answering`, a stream tells its reader (`onHang`). Default:
   * one that hangs is waited for.
   */
  readonly hangs?: Hangs;
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
  /** Told where the sidecar hangs, which is then waited for. */
  readonly told?: ToldOfHang | undefined;
}

/** How requests reach the sidecar. */
export interface Connection {
  /**
   * The answer, whatever its body, when its status is 2xx.
   * @throws PosternError the problem document, `not_running` or `not_answering`; the signal's reason when it was aborted
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
    const { hangs } = options;
    const watch = hangs === undefined ? null : new HangWatch(hangs, send, baseUrl, call.told ?? null);
    const left = new AbortController();
    const signals = [
      ...(call.signal === undefined ? [] : [call.signal]),
      ...(watch === null ? [] : [left.signal]),
    ];
    let response: Answer;
    try {
      const sent = send(baseUrl + call.path + queryString(call.query), {
        method: call.method,
        headers: {
          ...(options.token === null ? {} : { authorization: `Bearer ${options.token}` }),
          ...(call.method === 'POST' ? { 'content-type': call.raw?.type ?? 'application/json' } : {}),
          ...call.headers,
        },
        ...(call.method === 'POST' ? { body: call.raw?.bytes ?? JSON.stringify(call.body ?? {}) } : {}),
        ...(signals.length === 0 ? {} : { signal: only(signals) }),
        redirect: 'error',
        cache: 'no-store',
        credentials: 'omit',
      });
      response = await (watch?.over(sent) ?? sent);
    } catch (cause) {
      left.abort();
      call.signal?.throwIfAborted();
      if (cause instanceof PosternError) throw cause;
      throw ownError('not_running', { cause });
    }
    if (watch !== null) response = watched(response, watch, left);
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
        if (cause instanceof PosternError) throw cause;
        throw ownError('internal_error', { detail: 'The answer was no JSON.', cause });
      }
    },
  };
}

/** The same answer, whose body is not waited for either where the sidecar hangs. */
function watched(answer: Answer, watch: HangWatch, left: AbortController): Answer {
  const over = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await watch.over(work);
    } catch (error) {
      left.abort();
      throw error;
    }
  };
  const { body } = answer;
  return {
    ok: answer.ok,
    status: answer.status,
    headers: answer.headers,
    json: () => over(answer.json()),
    body: body && {
      getReader() {
        const reader = body.getReader();
        return { read: () => over(reader.read()), cancel: () => reader.cancel() };
      },
    },
  };
}

/** One signal alone stays what it is. */
function only(signals: readonly AbortSignal[]): AbortSignal {
  const [first] = signals;
  return signals.length === 1 && first !== undefined ? first : AbortSignal.any([...signals]);
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
