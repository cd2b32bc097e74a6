import { type ErrorCode, errorTable } from '@postern/contract';
import { instant } from '../credentials/index.ts';

/** What is particular to a query's end: when it is worth coming back (Unix ms). Null where the table's sentence says it all. */
export function stopDetail(code: ErrorCode, retryAtMs: number | null): string | null {
  if (retryAtMs === null) return null;
  const at = instant(retryAtMs);
  if (code === 'plan_limit_reached' || code === 'fallback_refused' || code === 'spend_cap_reached')
    return `The preferred credential can be used again at ${at}.`;
  return errorTable[code].retryable ? `It is tried again at ${at}.` : null;
}
