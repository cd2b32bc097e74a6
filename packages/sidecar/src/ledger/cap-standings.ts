import type { FallbackPolicy, Usage } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import { capsOf } from './caps.ts';
import { localDate } from './local-day.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';
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
  return {
    spentTodayUsd: () => usdOf(totals.read('day', today()).spentNano),
    reservedTodayUsd: () => usdOf(totals.read('day', today()).reservedNano),
    caps(policy) {
      const { turn, workspace, day, month } = capsOf(policy);
      const date = today();
      const caps: Usage['caps'] = [];
      if (turn != null) caps.push(standing(turn, dearest(totals.list('turn', ''))));
      if (workspace != null)
        for (const total of totals.list('workspace', `${date} `)) {
          const path = total.period.slice(date.length + 1);
          if (path !== '') caps.push({ ...standing(workspace, total), workspace: path });
        }
      if (day != null) caps.push(standing(day, totals.read('day', date)));
      if (month != null) caps.push(standing(month, totals.read('month', date.slice(0, 7))));
      return caps;
    },
  };
}

function standing(
  capUsd: number,
  { scope, spentNano, reservedNano }: Omit<SpendTotal, 'period'>,
): Usage['caps'][number] {
  const leftUsd = Math.max(0, usdOf(nanoDollars(capUsd) - spentNano - reservedNano));
  return { scope, capUsd, spentUsd: usdOf(spentNano), reservedUsd: usdOf(reservedNano), leftUsd };
}

/** The turn of which most is gone. */
function dearest(turns: readonly SpendTotal[]): Omit<SpendTotal, 'period'> {
  const gone = ({ spentNano, reservedNano }: SpendTotal): number => spentNano + reservedNano;
  const none = { scope: 'turn' as const, spentNano: 0, reservedNano: 0 };
  return turns.toSorted((one, other) => gone(other) - gone(one))[0] ?? none;
}
