import type { ErrorCode, Problem } from '@postern/contract';

/** What the client itself has to say, in the very words of the error table (a test compares them). */
export const ownSentences = {
  not_running: {
    status: 503,
    title: 'Postern is not running',
    detail: 'Start it with postern start.',
    retryable: false,
  },
  not_answering: {
    status: 503,
    title: 'Postern runs, but does not answer',
    detail: 'Wait a moment and try again. If it stays so, end its process and run postern start.',
    retryable: true,
  },
  stream_interrupted: {
    status: 502,
    title: 'The answer broke off',
    detail: 'It is not complete. Ask for the rest, or send it again.',
    retryable: true,
  },
  sign_in_cancelled: {
    status: 400,
    title: 'The sign-in was cancelled',
    detail: 'Sign in again whenever you like.',
    retryable: false,
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong inside Postern',
    detail: 'Try again. If it stays, run postern doctor.',
    retryable: true,
  },
} as const satisfies Partial<Record<ErrorCode, Omit<Problem, 'type' | 'code'>>>;

/** The one error of this library: a problem document of the sidecar, `not_running` where nothing listens, or `not_answering` where it hangs. */
export class PosternError extends Error {
  override readonly name = 'PosternError';
  /** A row of the error table; a newer sidecar may send one that this version does not know. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** What is particular to this occurrence, or the next step. */
  readonly detail: string;
  readonly retryable: boolean;
  /** Milliseconds to wait as the sidecar asked (`Retry-After`), or null. */
  readonly retryAfterMs: number | null;

  constructor(
    problem: Omit<Problem, 'type'>,
    options: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(problem.title, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.retryable = problem.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** An error detected by the client, with the table's sentence. */
export function ownError(
  code: keyof typeof ownSentences,
  options: { readonly detail?: string; readonly cause?: unknown } = {},
): PosternError {
  const sentence = ownSentences[code];
  return new PosternError({ code, ...sentence, detail: options.detail ?? sentence.detail }, options);
}
