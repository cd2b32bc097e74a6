import type { Answer, Outcome } from './answer.ts';

/** The kinds of trouble that are the same at every endpoint. */
export interface CannedFault {
  readonly kind: string;
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly location?: string | undefined;
}

const oversizeBytes = 2 * 1024 * 1024;

/**
 * What a request is met with instead of being processed, or null where it is processed.
 * `refusal` gives the endpoint's own error body of a status; `redirectTarget` the default of `redirect`.
 */
export function cannedOutcome(
  fault: CannedFault,
  endpoint: { readonly refusal: (status: number) => Answer; readonly redirectTarget: string },
): Outcome | null {
  switch (fault.kind) {
    case 'status':
      return answered(withRetryAfter(endpoint.refusal(fault.status ?? 500), fault));
    case 'timeout':
      return { type: 'silence' };
    case 'reset':
      return { type: 'reset' };
    case 'html':
      return answered(
        withRetryAfter(
          text(
            fault.status ?? 200,
            'text/html; charset=utf-8',
            '<!doctype html><title>Proxy</title><h1>Blocked</h1>',
          ),
          fault,
        ),
      );
    case 'not_json':
      return answered(text(fault.status ?? 200, 'application/json', '{"access_token": "abc", '));
    case 'oversize':
      return answered(
        text(fault.status ?? 200, 'application/json', JSON.stringify({ padding: 'x'.repeat(oversizeBytes) })),
      );
    case 'redirect': {
      const moved = text(fault.status ?? 302, 'text/plain', '');
      return answered({
        ...moved,
        headers: { ...moved.headers, location: fault.location ?? endpoint.redirectTarget },
      });
    }
    default:
      return null;
  }
}

/** What becomes of an answer after the request was really processed. */
export function outcomeAfter(kind: string, answer: Answer): Outcome {
  switch (kind) {
    case 'reset_after_processing':
      return { type: 'reset' };
    case 'timeout_after_processing':
      return { type: 'silence' };
    case 'cut_off':
      return { type: 'cut_off', answer };
    default:
      return answered(answer);
  }
}

/** The outcome of an answer that arrives. */
export function answered(answer: Answer): Outcome {
  return { type: 'answer', answer };
}

function text(status: number, type: string, body: string): Answer {
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store' }, body };
}

function withRetryAfter(answer: Answer, fault: CannedFault): Answer {
  if (fault.retryAfterSeconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(fault.retryAfterSeconds) } };
}
