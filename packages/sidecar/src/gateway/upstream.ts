import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../credentials/index.ts';
import { type BoundToken, challengedProof, Proofs } from '../dpop/index.ts';
import { type HeaderRecord, headerValue } from '../selection/index.ts';
import { AnswerBody } from './answer-body.ts';
import { metClosedConnection } from './connection-reuse.ts';
import { readPrefix } from './read-body.ts';

/** One request to the service, ready to be sent and sent again. */
export interface UpstreamRequest {
  readonly method: 'POST' | 'GET';
  /** Path and query as they came in. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** The token in its headers, where each try needs a proof of the token's key. Source: RFC 9449, section 7. */
  readonly boundToken?: BoundToken | null;
  readonly signal: AbortSignal;
  /** Each try: its connection is there, and its first byte leaves. Never called once `signal` is aborted. */
  readonly onSent?: () => void;
}

/** The service's answer with its body still to be read. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: HeaderRecord;
  readonly body: AnswerBody;
}

/** The Messages API behind the gateway. */
export type SendUpstream = (request: UpstreamRequest) => Promise<UpstreamAnswer>;

/** A long answer that is not streamed may be thought about for ten minutes. */
const headersTimeoutMs = 600_000;
/** A stream sends a ping at least; five silent minutes are a dead connection. */
const bodyTimeoutMs = 300_000;

/** What is read of a refused proof's answer, so that its connection can be kept. */
const refusalBodyLimit = 64 * 1024;

/** A larger body is handed over in pieces of this size: encrypting 30 MB in one go would hold up everything else. */
const pieceBytes = 256 * 1024;

/** A body as one try sends it: an object of its own each time, by which the try is known again. */
function bodyOfTry(body: Buffer | null): Buffer | Readable | null {
  if (body === null || body.length <= pieceBytes) return body?.subarray() ?? null;
  function* pieces(whole: Buffer): Generator<Buffer> {
    for (let at = 0; at < whole.length; at += pieceBytes) yield whole.subarray(at, at + pieceBytes);
  }
  return Readable.from(pieces(body), { objectMode: false, highWaterMark: pieceBytes });
}

/**
 * Sends to `apiBaseUrl` (a path in it is kept) through `dispatcher`: once, without following a redirect, and once more where a kept connection
 * turned out to be closed, or the service wants another proof of the token's key. Each try has a proof of its own. Rejects where no answer
 * came.
 */
export function createSendUpstream(deps: {
  readonly apiBaseUrl: string;
  readonly dispatcher: Dispatcher;
  /** The time in proofs; default: the system's. */
  readonly clock?: Clock;
}): SendUpstream {
  const { origin, pathname } = new URL(deps.apiBaseUrl);
  const base = pathname.replace(/\/+$/, '');
  const proofs = new Proofs(deps.clock ?? Date.now);
  async function sendOnce(request: UpstreamRequest, body: Buffer | Readable | null): Promise<UpstreamAnswer> {
    const { method, target, headers, boundToken = null, signal } = request;
    const url = `${origin}${base}${target}`;
    const proof = boundToken === null ? {} : await proofs.headersFor(boundToken, { method, url });
    signal.throwIfAborted();
    const length = body instanceof Readable ? { 'content-length': String(request.body?.length) } : {};
    return await dispatch(
      deps.dispatcher,
      {
        origin,
        path: `${base}${target}`,
        method,
        headers: { ...headers, ...length, ...proof },
        body,
        headersTimeout: headersTimeoutMs,
        bodyTimeout: bodyTimeoutMs,
      },
      request,
    );
  }
  const sendOnOpenConnection: SendUpstream = async (request) => {
    const body = bodyOfTry(request.body);
    const sentAt = performance.now();
    try {
      return await sendOnce(request, body);
    } catch (error) {
      const afterMs = performance.now() - sentAt;
      if (body === null || request.signal.aborted || !metClosedConnection(body, error, afterMs)) throw error;
      // The dispatcher has dropped that connection and opens a new one.
      return await sendOnce(request, bodyOfTry(request.body));
    }
  };
  return async (request) => {
    const answer = await sendOnOpenConnection(request);
    if (request.boundToken == null) return answer;
    const header = (name: string): string | null => headerValue(answer.headers, name);
    const refusal = challengedProof(answer.status, header('www-authenticate'));
    if (!proofs.learn(origin, { header, refusal })) return answer;
    // The call was not looked at: no money and no refresh is at stake.
    const { isWhole } = await readPrefix(answer.body, refusalBodyLimit);
    if (!isWhole) answer.body.destroy();
    return await sendOnOpenConnection(request);
  };
}

/** What `request` of undici does, without a stream and a promise for each piece. */
function dispatch(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { signal, onSent }: Pick<UpstreamRequest, 'signal' | 'onSent'>,
): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    let sending: Dispatcher.DispatchController | null = null;
    let body: AnswerBody | null = null;
    const abort = (): void => {
      // What has come and waits is not read either.
      if (body !== null) body.destroy();
      else if (sending !== null) sending.abort(reasonOf(signal));
      // Its connection is still being made, which may take long: when it is there, nothing is sent.
      else reject(reasonOf(signal));
    };
    const close = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        sending = controller;
        if (signal.aborted) controller.abort(reasonOf(signal));
        else onSent?.();
      },
      onResponseStart(controller, status, headers) {
        if (status < 200) return;
        body = new AnswerBody({
          pause: () => controller.pause(),
          resume: () => controller.resume(),
          abort: (reason) => controller.abort(reason),
        });
        resolve({ status, headers, body });
      },
      onResponseData: (_controller, piece) => body?.came(piece),
      onResponseEnd() {
        close();
        body?.ended();
      },
      onResponseError(_controller, error) {
        close();
        if (body === null) reject(error);
        else body.failed();
      },
    });
  });
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new DOMException('The call was aborted', 'AbortError');
}
