import { PosternError } from '@postern/client';
import { type ErrorCode, errorTable, isErrorCode } from '@postern/contract';

/** An error as the user meets it: what happened, what is particular about it, what to do. */
export interface Failure {
  readonly code: string;
  readonly title: string;
  /** Null where there is nothing to say beyond the title and the next step. */
  readonly detail: string | null;
  readonly nextStep: string;
  readonly retryable: boolean;
  /** When it may be sent again, where that is known. */
  readonly retryAt?: string;
}

interface Reported {
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly nextStep?: string | undefined;
  readonly retryable?: boolean;
  readonly retryAt?: string | undefined;
}

/** What was reported, with the table's next step; an unknown code keeps its own words. */
export function failureOf(reported: Reported): Failure {
  const row = isErrorCode(reported.code) ? errorTable[reported.code] : null;
  const nextStep = reported.nextStep ?? row?.nextStep ?? reported.detail ?? 'Try again.';
  const detail = reported.detail ?? '';
  return {
    code: reported.code,
    title: reported.title === '' ? (row?.title ?? 'Something went wrong') : reported.title,
    detail: detail === '' || detail === nextStep || detail === reported.title ? null : detail,
    nextStep,
    retryable: reported.retryable ?? row?.retryable ?? false,
    ...(reported.retryAt === undefined ? {} : { retryAt: reported.retryAt }),
  };
}

/** The failure of a code of the table, in the table's words. */
export function failureOfCode(code: ErrorCode): Failure {
  return failureOf({ code, title: errorTable[code].title });
}

/** Whatever was thrown, as a failure; what is not ours is an internal error without its text. */
export function failureOfThrown(thrown: unknown): Failure {
  return thrown instanceof PosternError ? failureOf(thrown) : failureOfCode('internal_error');
}
