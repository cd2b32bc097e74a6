import type { ErrorCode } from '@postern/contract';

/** The command cannot go on; its sentence is the error table's, `detail` says what is particular. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: ErrorCode;
  readonly detail: string | null;

  constructor(code: ErrorCode, detail: string | null = null, options?: ErrorOptions) {
    super(detail ?? code, options);
    this.code = code;
    this.detail = detail;
  }
}

/** The command was typed in a way that means nothing; exit code 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly detail: string;

  constructor(message: string, detail = '') {
    super(message);
    this.detail = detail;
  }
}
