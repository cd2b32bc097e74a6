import { type ErrorCode, errorTable } from '@postern/contract';

/** Why a request goes no further. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  /** The methods that the path does take; only with 405. */
  readonly allow?: readonly string[];
}

/** A refusal under the status of the error table. */
export function refuse(code: ErrorCode): Refusal {
  return { code, status: errorTable[code].status };
}
