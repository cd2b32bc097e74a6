import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { localMidnight } from '../ledger/index.ts';
import type { Documents } from '../store/index.ts';
import { parsedOnce } from './parsed-once.ts';

const name = 'fallback_consent';
const schema = z.record(z.string(), z.object({ untilMs: z.number() }));

/** Credentials that the user allowed until midnight, by their ids. */
export interface FallbackConsents {
  today(): ReadonlySet<string>;
  allowToday(credentialId: string): void;
}

/** Kept as a document, so that a restart does not ask again; ends at the next local midnight. */
export function createFallbackConsents(deps: {
  readonly documents: Documents;
  readonly clock: Clock;
}): FallbackConsents {
  const entriesOf = parsedOnce((document): readonly [string, { untilMs: number }][] => {
    const parsed = schema.safeParse(document ?? {});
    return Object.entries(parsed.success ? parsed.data : {});
  });
  const living = (document: unknown): readonly [string, { untilMs: number }][] => {
    const entries = entriesOf(document);
    if (entries.length === 0) return entries;
    const nowMs = deps.clock();
    const endMs = localMidnight(nowMs, 1);
    // An end beyond tonight was written by a clock that was ahead.
    return entries.filter(([, { untilMs }]) => untilMs > nowMs && untilMs <= endMs);
  };
  return {
    today: () => new Set(living(deps.documents.read(name)).map(([id]) => id)),
    allowToday(credentialId) {
      const untilMs = localMidnight(deps.clock(), 1);
      deps.documents.update(name, (current) => ({
        ...Object.fromEntries(living(current)),
        [credentialId]: { untilMs },
      }));
    },
  };
}
