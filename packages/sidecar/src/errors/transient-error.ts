import type { ErrorCode } from '@postern/contract';
import { Failure } from './failure.ts';

/**
 * Time may heal it. `sent` tells whether the request may have reached the server: a refresh token that was sent without
 * a usable answer is possibly spent and must not simply be sent again.
 */
export class TransientError extends Failure {
  override readonly name = 'TransientError';
  readonly sent: boolean;
  /** Unix milliseconds before which trying again is pointless, or null if unknown. */
  readonly retryAtMs: number | null;
  /** The server itself answered, and refused: time may heal it, but hardly will. */
  readonly refused: boolean;

  constructor(
    code: ErrorCode,
    options: {
      readonly sent: boolean;
      readonly retryAtMs?: number | null;
      readonly refused?: boolean;
      readonly detail?: string;
      readonly cause?: unknown;
    },
  ) {
    super(code, options.detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.sent = options.sent;
    this.retryAtMs = options.retryAtMs ?? null;
    this.refused = options.refused ?? false;
  }
}
