import type { CapScope } from '@postern/contract';
import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { localMidnight } from '../ledger/index.ts';
import type { Documents } from '../store/index.ts';

const name = 'spend_consent';
const schema = z.array(
  z.object({
    scope: z.enum(['turn', 'workspace', 'day', 'month']),
    workspace: z.string(),
    untilMs: z.number(),
  }),
);

/** Caps that the user lifted until midnight. */
export interface SpendConsents {
  today(workspace: string): ReadonlySet<CapScope>;
  /** A workspace's cap is lifted for that workspace, any other for all. @throws StoreError */
  allowToday(scope: CapScope, workspace: string): void;
}

/** Kept as a document, so that a restart does not ask again; ends at the next local midnight. */
export function createSpendConsents(deps: {
  readonly documents: Documents;
  readonly clock: Clock;
}): SpendConsents {
  const living = (document: unknown): z.infer<typeof schema> => {
    const parsed = schema.safeParse(document ?? []);
    const nowMs = deps.clock();
    const endMs = localMidnight(nowMs, 1);
    // An end beyond tonight was written by a clock that was ahead.
    return (parsed.success ? parsed.data : []).filter(({ untilMs }) => untilMs > nowMs && untilMs <= endMs);
  };
  return {
    today: (workspace) =>
      new Set(
        living(deps.documents.read(name))
          .filter((each) => each.scope !== 'workspace' || each.workspace === workspace)
          .map(({ scope }) => scope),
      ),
    allowToday(scope, workspace) {
      const untilMs = localMidnight(deps.clock(), 1);
      deps.documents.update(name, (current) => [...living(current), { scope, workspace, untilMs }]);
    },
  };
}
