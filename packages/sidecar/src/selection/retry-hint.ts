import { type ErrorCode, errorTable } from '@postern/contract';

/** Codes after which the preferred credential becomes usable again automatically. */
const comesBack: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'plan_limit_reached',
  'fallback_refused',
  'spend_cap_reached',
]);

/**
 * When it is worth coming back after a query ended under this code (Unix ms). Null if unknown, or if time changes nothing. An
 * instant travels, never a time in words: only the reader's own clock can say it in the reader's zone.
 */
export function worthRetryingAtMs(code: ErrorCode, retryAtMs: number | null): number | null {
  return comesBack.has(code) || errorTable[code].retryable ? retryAtMs : null;
}
