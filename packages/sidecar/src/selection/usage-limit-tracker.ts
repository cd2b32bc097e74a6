import type { UsageWindow } from '@postern/contract';
import { type Clock, instant, type Report } from '../credentials/index.ts';
import { isSameWindow, type Ledger } from '../ledger/index.ts';
import type { HeaderRecord } from './header-record.ts';
import type { QueryState } from './query-state.ts';
import { readUnifiedLimits, type WindowReading } from './unified-limits.ts';

/** Plan windows as they are seen: off every answer, good ones too, and as other programs tell of theirs. */
export interface UsageLimitTracker {
  /** @param query that the answer belongs to, or null; is notified of each window and status other than `allowed` once */
  note(credentialId: string, headers: HeaderRecord, query: QueryState | null): void;
  /** @param reading with a null status where none was said: it stays as it was, until the reset */
  noteWindow(credentialId: string, reading: SeenWindow, query: QueryState | null): void;
}

type SeenWindow = Omit<WindowReading, 'status'> & { readonly status: string | null };

/** Readings go to the ledger; a new status, a window that is first seen and one that was reset are reported. */
export function createUsageLimitTracker(deps: {
  readonly ledger: Pick<Ledger, 'noteWindow' | 'windows'>;
  readonly report: Report;
  readonly clock: Clock;
}): UsageLimitTracker {
  const known = new Map<string, Pick<UsageWindow, 'status' | 'resetsAt'>>();
  for (const seen of deps.ledger.windows()) known.set(`${seen.credentialId} ${seen.window}`, seen);

  /** What was said of it last, unless that was of a window that has reset since. */
  function lastStatus(credentialId: string, window: string): string {
    const last = deps.ledger
      .windows()
      .find((each) => each.credentialId === credentialId && each.window === window);
    const isOver = last?.resetsAt != null && Date.parse(last.resetsAt) <= deps.clock();
    return last === undefined || isOver ? 'allowed' : last.status;
  }

  function noteWindow(credentialId: string, reading: SeenWindow, query: QueryState | null): void {
    const { window, utilization } = reading;
    const status = reading.status ?? lastStatus(credentialId, window);
    const resetsAt = reading.resetsAtMs === null ? null : instant(reading.resetsAtMs);
    const notices = deps.ledger.noteWindow({ credentialId, window, utilization, resetsAt, status });
    for (const notice of notices) deps.report({ type: 'usage_notice', ...notice });
    const key = `${credentialId} ${window}`;
    const change = changeOf(known.get(key), { status, resetsAt }, deps.clock());
    known.set(key, { status, resetsAt });
    if (change !== null) deps.report({ type: 'usage_limits_changed', change, window, resetsAt, status });
    if (query === null || status === 'allowed' || query.notifiedLimits.has(`${key} ${status}`)) return;
    query.notifiedLimits.add(`${key} ${status}`);
    query.listener.onUsageLimit(window, resetsAt, status);
  }

  return {
    note(credentialId, headers, query) {
      for (const reading of readUnifiedLimits(headers)?.windows ?? [])
        noteWindow(credentialId, reading, query);
    },
    noteWindow,
  };
}

/** What a reading says that was not known; null where it is only a little fuller. */
function changeOf(
  before: Pick<UsageWindow, 'status' | 'resetsAt'> | undefined,
  now: Pick<UsageWindow, 'status' | 'resetsAt'>,
  nowMs: number,
): 'status' | 'seen' | 'reset' | null {
  if ((before?.status ?? 'allowed') !== now.status) return 'status';
  if (before === undefined) return 'seen';
  return isSameWindow(before, now, nowMs) ? null : 'reset';
}
