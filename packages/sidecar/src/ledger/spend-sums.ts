import { type CredentialKind, credentialKinds, type Spend } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { localDate, localMidnight } from './local-day.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';

/** Sums over the parts of receipts, by the local days on which they were written. */
export interface SpendSums {
  today(): readonly Spend[];
  month(): readonly Spend[];
  byDay(days: number): readonly { readonly day: string; readonly spend: readonly Spend[] }[];
}

export function createSpendSums({ sql, clock }: { readonly sql: Sql; readonly clock: Clock }): SpendSums {
  const between = (firstDay: string, lastDay: string): readonly Spend[] =>
    sql
      .all(
        `SELECT credential_id, kind, covered, SUM(cost_usd) AS cost_usd FROM receipt_parts
         WHERE day >= ? AND day <= ? GROUP BY credential_id, kind, covered ORDER BY credential_id, covered`,
        firstDay,
        lastDay,
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
    today() {
      const today = localDate(clock());
      return between(today, today);
    },
    month() {
      const month = localDate(clock()).slice(0, 7);
      return between(`${month}-01`, `${month}-31`);
    },
    byDay(days) {
      const nowMs = clock();
      return Array.from({ length: days }, (_, at) => at - days + 1)
        .map((offset) => {
          const day = localDate(localMidnight(nowMs, offset));
          return { day, spend: between(day, day) };
        })
        .filter(({ spend }) => spend.length > 0);
    },
  };
}

function kindOf(text: string): CredentialKind | null {
  return credentialKinds.find((kind) => kind === text) ?? null;
}
