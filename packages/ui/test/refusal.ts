import type { ErrorCode } from '@postern/contract';

/** An error of the table as the stand-in throws it. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}
