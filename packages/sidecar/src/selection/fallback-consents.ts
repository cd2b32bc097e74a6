import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { localMidnight } from '../ledger/index.ts';
import type { Documents } from '../store/index.ts';

const name = 'fallback_consent';
const schema = z.record(z.string(), z.object({ untilMs: z.number(), pastCap: z.boolean() }));

/** What a person allowed until midnight: credential id → whether also past the cap. */
export interface FallbackConsents {
  today(): ReadonlyMap<string, { readonly pastCap: boolean }>;
  allowToday(credentialId: string, pastCap: boolean): void;
}

/** Kept as a document, so that a restart does not ask again; ends at the next local midnight. */
export function createFallbackConsents(deps: {
  readonly documents: Documents;
  readonly clock: Clock;
}): FallbackConsents {
  const living = (document: unknown): [string, { untilMs: number; pastCap: boolean }][] => {
    const parsed = schema.safeParse(document ?? {});
    const nowMs = deps.clock();
    const endMs = localMidnight(nowMs, 1);
    // An end beyond tonight was written by a clock that was ahead.
    return Object.entries(parsed.success ? parsed.data : {}).filter(
      ([, { untilMs }]) => untilMs > nowMs && untilMs <= endMs,
    );
  };
  return {
    today: () => new Map(living(deps.documents.read(name))),
    allowToday(credentialId, pastCap) {
      const untilMs = localMidnight(deps.clock(), 1);
      deps.documents.update(name, (current) => ({
        ...Object.fromEntries(living(current)),
        [credentialId]: { untilMs, pastCap },
      }));
    },
  };
}
