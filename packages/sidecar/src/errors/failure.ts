import { type ErrorCode, errorTable } from '@postern/contract';

/**
 * The one base of every error we raise on purpose. `code` is a row of the error table; `detail` says what is particular
 * to this occurrence and never holds a secret or a server's free text.
 */
export abstract class Failure extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? errorTable[code].title, options);
    this.code = code;
    this.detail = detail ?? errorTable[code].nextStep;
  }
}
