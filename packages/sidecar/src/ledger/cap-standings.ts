import type { FallbackPolicy, Usage } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import { localDate } from './local-day.ts';
import { capsOf } from './model-calls.ts';
import { usdOf } from './nano-dollars.ts';
import type { SpendTotal, SpendTotals } from './spend-totals.ts';

/** How the caps stand now. US dollars of what no plan covers. */
export interface CapStandings {
  /** Since local midnight, receipts and calls that are settled. */
  spentTodayUsd(): number;
  /** Of calls today that are under way, or whose usage never came. */
  reservedTodayUsd(): number;
  /** Every cap of the policy that is set; of turns, the one under way that has cost most. */
  caps(policy: FallbackPolicy): Usage['caps'];
}

/** Reads the running totals. */
export function createCapStandings(deps: {
  readonly totals: SpendTotals;
  readonly clock: Clock;
}): CapStandings {
  const { totals, clock } = deps;
  const today = (): string => localDate(clock());
  const most = (all: readonly SpendTotal[]): number =>
    all.reduce((spent, { spentNano }) => Math.max(spent, spentNano), 0);
  return {
    spentTodayUsd: () => usdOf(totals.read('day', today()).spentNano),
    reservedTodayUsd: () => usdOf(totals.read('day', today()).reservedNano),
    caps(policy) {
      const { turn, workspace, day, month } = capsOf(policy);
      const date = today();
      const caps: Usage['caps'] = [];
      if (turn != null)
        caps.push({ scope: 'turn', capUsd: turn, spentUsd: usdOf(most(totals.list('turn', ''))) });
      if (workspace != null)
        for (const { period, spentNano } of totals.list('workspace', `${date} `)) {
          const path = period.slice(date.length + 1);
          if (path === '') continue;
          caps.push({ scope: 'workspace', capUsd: workspace, spentUsd: usdOf(spentNano), workspace: path });
        }
      if (day != null)
        caps.push({ scope: 'day', capUsd: day, spentUsd: usdOf(totals.read('day', date).spentNano) });
      if (month != null) {
        const { spentNano } = totals.read('month', date.slice(0, 7));
        caps.push({ scope: 'month', capUsd: month, spentUsd: usdOf(spentNano) });
      }
      return caps;
    },
  };
}
