import { localErrors } from './local-errors.ts';
import { queryErrors } from './query-errors.ts';
import { rewindErrors } from './rewind-errors.ts';
import { signInErrors } from './sign-in-errors.ts';

/**
 * Every error the user or a program can meet, once.
 *
 * `status` is the HTTP status of the problem document, `retryable` says whether the same request may succeed later
 * without any action, `title` is what happened and `nextStep` what to do, in the user's words. The UI, the
 * command line and the docs all print these very sentences.
 */
export const errorTable = { ...signInErrors, ...queryErrors, ...rewindErrors, ...localErrors } as const;

/** The stable code of an error. */
export type ErrorCode = keyof typeof errorTable;

/** Narrows a string from outside to a code of the table. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(errorTable, value);
}
