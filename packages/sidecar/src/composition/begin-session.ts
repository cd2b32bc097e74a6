import type { Ledger } from '../ledger/index.ts';
import type { Store } from '../store/index.ts';

/** What was lost since the last session is in the timeline once, and this session is marked. A full disk must not keep it from starting. */
export function beginSession(
  store: Store,
  ledger: Pick<Ledger, 'addTimelineEntry'>,
  log: (line: string) => void,
): void {
  try {
    for (const text of store.losses)
      ledger.addTimelineEntry({ type: 'storage_lost', kind: null, code: null, text });
  } catch {
    log('the timeline could not be written: what was lost is in the log and the doctor’s findings only');
  }
  store.beginSession();
}
