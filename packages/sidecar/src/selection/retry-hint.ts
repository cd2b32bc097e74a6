import { type ErrorCode, errorTable } from '@postern/contract';
import { localTime } from '../credentials/index.ts';

/**
 * What is particular to a query's end: when it is worth coming back (Unix ms), in the time of this computer, which is the person's.
 * Null where the table's sentence says it all.
 */
export function retryHint(code: ErrorCode, retryAtMs: number | null, nowMs: number): string | null {
  if (retryAtMs === null) return null;
  const at = localTime(retryAtMs, nowMs);
  if (code === 'plan_limit_reached' || code === 'fallback_refused' || code === 'spend_cap_reached')
    return `The preferred credential can be used again at ${at}.`;
  return errorTable[code].retryable ? `It is tried again at ${at}.` : null;
}
