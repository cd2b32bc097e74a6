import { type ErrorCode, problemMediaType, problemOf } from '@postern/contract';
import { answerHeaders } from '../door/index.ts';

/** A problem document, ready to be sent by whatever is at hand: a reply, a bare response, a socket. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is particular to one occurrence. */
export interface ProblemParticulars {
  /** Where HTTP asks for another status than the table's: 431 in place of 413. */
  readonly status?: number;
  readonly detail?: string;
  readonly allow?: readonly string[];
  readonly retryAfterSeconds?: number;
}

/** The answer for a code, with the headers that belong to its status. Source: RFC 9457; RFC 9110, sections 10.2 and 11.6. */
export function problemAnswer(code: ErrorCode, particulars: ProblemParticulars = {}): ProblemAnswer {
  const problem = problemOf(code, particulars.detail);
  const status = particulars.status ?? problem.status;
  const body = Buffer.from(JSON.stringify({ ...problem, status }));
  return {
    status,
    body,
    headers: {
      ...answerHeaders,
      'Content-Type': problemMediaType,
      'Content-Length': String(body.length),
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(particulars.allow === undefined ? {} : { Allow: particulars.allow.join(', ') }),
      ...(status === 429 || particulars.retryAfterSeconds !== undefined
        ? { 'Retry-After': String(particulars.retryAfterSeconds ?? 1) }
        : {}),
    },
  };
}
