import { Failure, TransientError } from '../errors/index.ts';
import { type ProblemAnswer, problemAnswer } from './problem-answer.ts';

/** How long a client should wait if nothing else is known. */
const defaultRetrySeconds = 5;

/**
 * The problem document of anything that was thrown, or null where it was not thrown on purpose and its text may therefore not
 * leave.
 */
export function failureAnswer(error: unknown, nowMs: number): ProblemAnswer | null {
  if (error instanceof TransientError) {
    const seconds =
      error.retryAtMs === null ? defaultRetrySeconds : Math.ceil((error.retryAtMs - nowMs) / 1000);
    return problemAnswer(error.code, { detail: error.detail, retryAfterSeconds: Math.max(1, seconds) });
  }
  return error instanceof Failure ? problemAnswer(error.code, { detail: error.detail }) : null;
}
