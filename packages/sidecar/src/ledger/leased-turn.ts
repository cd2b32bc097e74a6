import type { Receipt } from '@postern/contract';
import type { Sql } from '../store/index.ts';
import { nanoDollars } from './nano-dollars.ts';

/** What a lease has cost so far: paid calls, and billionths of a US dollar at list prices. */
export interface LeaseSpend {
  readonly calls: number;
  readonly nano: number;
}

/** The query that calls of one session of a program with a lease are written down under. @param session null: it names none */
export function queryIdOfLease(leaseId: string, session: string | null): string {
  return session === null ? `lease-${leaseId}` : `lease-${leaseId}-${session}`;
}

/** The lease and the session of such a query; null for a turn of Postern's own. */
export function leaseOfQuery(
  queryId: string,
): { readonly leaseId: string; readonly session: string | null } | null {
  const [, leaseId, session = null] = /^lease-([0-9a-f-]{36})(?:-(.+))?$/.exec(queryId) ?? [];
  return leaseId === undefined ? null : { leaseId, session };
}

/** What its receipts say, and calls without one yet. A call without reported usage counts as the most that it may have cost. */
export function leaseSpend(sql: Sql, leaseId: string): LeaseSpend {
  const own = queryIdOfLease(leaseId, null);
  const receipts = sql
    .all('SELECT json FROM receipts WHERE substr(query_id, 1, ?) = ?', own.length, own)
    .map(({ json }) => JSON.parse(String(json)) as Receipt);
  const [open] = sql.all(
    `SELECT count(*) AS calls, coalesce(sum(cost_nano + most_nano), 0) AS nano FROM model_calls
     WHERE substr(query_id, 1, ?) = ?`,
    own.length,
    own,
  );
  const sum = (of: (receipt: Receipt) => number): number =>
    receipts.reduce((total, receipt) => total + of(receipt), 0);
  return {
    calls:
      Number(open?.['calls'] ?? 0) + sum(({ parts }) => parts.reduce((total, { calls }) => total + calls, 0)),
    nano:
      Number(open?.['nano'] ?? 0) +
      sum(({ costUsd, notReportedUsd = 0 }) => nanoDollars(costUsd + notReportedUsd)),
  };
}
