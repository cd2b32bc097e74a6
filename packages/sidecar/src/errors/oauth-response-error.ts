import type { ErrorCode } from '@postern/contract';
import { Failure } from './failure.ts';

/** The authorization server said no, in words of RFC 6749 section 5.2, or said something unusable. */
export class OAuthResponseError extends Failure {
  override readonly name = 'OAuthResponseError';
  /** The RFC 6749 error word (`invalid_grant`, …), or null where the answer had none. */
  readonly error: string | null;

  constructor(code: ErrorCode, error: string | null, detail?: string, options?: ErrorOptions) {
    super(code, detail, options);
    this.error = error;
  }
}
