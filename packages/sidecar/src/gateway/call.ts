import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import type { BoundQuery } from './bound-query.ts';
import type { BoundedRequest } from './call-bound.ts';
import { sendOwnAnswer } from './own-answers.ts';

/** A request of the program, let in by the door and read whole. */
export interface Call {
  readonly query: BoundQuery;
  /** Path and query. */
  readonly target: string;
  readonly isPaid: boolean;
  /** What it asks for, and what that may cost at most; null for what costs nothing. */
  readonly request: BoundedRequest | null;
  /** Whether the program's own cap has room for it once more; every other cap is asked when it is sent again. */
  readonly fitsTwice: () => boolean;
  /** A question after models instead: a GET without a body. */
  readonly lookup?: 'model_list' | 'model';
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly response: ServerResponse;
  /** Aborted when the program hangs up or the query ends. */
  readonly signal: AbortSignal;
}

/** 403, never 401: the program would repeat it for minutes. The query ends under the code, whatever the program makes of it. */
export function giveUp(
  { query, response, signal }: Call,
  code: ErrorCode,
  detail: string | null,
  retryAtMs: number | null = null,
): null {
  if (signal.aborted) return null;
  query.listener.onGivenUp(code, detail, retryAtMs);
  sendOwnAnswer(response, { status: 403, code, detail, mayRetry: false });
  return null;
}

/** Another program's sign-in is next: the query goes on there, in another child. */
export function handOver({ query, response, signal }: Call): null {
  if (signal.aborted) return null;
  query.listener.onHandOver?.();
  const detail = 'Another sign-in goes on with it.';
  sendOwnAnswer(response, { status: 403, code: 'no_working_credential', detail, mayRetry: false });
  return null;
}
