import type { ErrorCode } from '@postern/contract';
import { Failure, loggableError, TransientError } from '../errors/index.ts';

/** Why a credential cannot be used in this one request, found out on the way. */
export interface Unavailability {
  readonly code: ErrorCode;
  readonly retryAtMs: number | null;
  /** Of its sign-in: with a later one it is tried again. Null where it has none, absent where it is out for the whole request. */
  readonly version?: number | null;
}

/** What an error on the way to a token or key says of its credential. */
export function unavailabilityOf(error: unknown, log: (line: string) => void): Unavailability {
  if (error instanceof Failure)
    return { code: error.code, retryAtMs: error instanceof TransientError ? error.retryAtMs : null };
  log(`credential not readable: ${loggableError(error)}`);
  return { code: 'internal_error', retryAtMs: null };
}
