import { type CredentialKind, credentialKinds, type Spend } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { localDate, localMidnight, localMonthStart } from './local-day.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';

/** Sums over the parts of receipts. Days and months are local, by the system's time zone. */
export interface SpendSums {
  /** US dollars since local midnight that no plan covers. */
  countedTodayUsd(): number;
  today(): readonly Spend[];
  month(): readonly Spend[];
  byDay(days: number): readonly { readonly day: string; readonly spend: readonly Spend[] }[];
}

export function createSpendSums({ sql, clock }: { readonly sql: Sql; readonly clock: Clock }): SpendSums {
  const between = (fromMs: number, untilMs: number): readonly Spend[] =>
    sql
      .all(
        `SELECT credential_id, kind, covered, SUM(cost_usd) AS cost_usd FROM receipt_parts
         WHERE at_ms >= ? AND at_ms < ? GROUP BY credential_id, kind, covered ORDER BY credential_id, covered`,
        fromMs,
        untilMs,
      )
      .flatMap((row) => {
        const kind = kindOf(String(row['kind']));
        if (kind === null) return [];
        return [
          {
            credentialId: String(row['credential_id']),
            kind,
            costUsd: usdOf(nanoDollars(Number(row['cost_usd']))),
            covered: row['covered'] === 1,
          },
        ];
      });

  return {
    countedTodayUsd: () =>
      usdOf(
        between(localMidnight(clock()), Number.MAX_SAFE_INTEGER)
          .filter((spend) => !spend.covered)
          .reduce((sum, spend) => sum + nanoDollars(spend.costUsd), 0),
      ),
    today: () => between(localMidnight(clock()), Number.MAX_SAFE_INTEGER),
    month: () => between(localMonthStart(clock()), Number.MAX_SAFE_INTEGER),
    byDay(days) {
      const nowMs = clock();
      return Array.from({ length: days }, (_, at) => at - days + 1)
        .map((offset) => {
          const fromMs = localMidnight(nowMs, offset);
          const untilMs = offset === 0 ? Number.MAX_SAFE_INTEGER : localMidnight(nowMs, offset + 1);
          return { day: localDate(fromMs), spend: between(fromMs, untilMs) };
        })
        .filter(({ spend }) => spend.length > 0);
    },
  };
}

function kindOf(text: string): CredentialKind | null {
  return credentialKinds.find((kind) => kind === text) ?? null;
}
