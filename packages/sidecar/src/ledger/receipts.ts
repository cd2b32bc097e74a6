import { randomBytes } from 'node:crypto';
import type { Page, Receipt } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { localMidnight } from './local-day.ts';
import { cursorOf, positionOf } from './page-cursor.ts';

const keptDays = 400;

/** One receipt per turn, whole, and its parts again as rows for the sums. Kept for 400 days. */
export interface Receipts {
  add(receipt: Omit<Receipt, 'id' | 'at'>): Receipt;
  page(options: { readonly limit: number; readonly before: string | null }): Page<Receipt>;
}

export function createReceipts({ sql, clock }: { readonly sql: Sql; readonly clock: Clock }): Receipts {
  let count = 0;
  let prunedDayMs = Number.NEGATIVE_INFINITY;

  function prune(nowMs: number): void {
    const todayMs = localMidnight(nowMs);
    if (todayMs === prunedDayMs) return;
    prunedDayMs = todayMs;
    const oldestMs = localMidnight(nowMs, -keptDays);
    sql.run('DELETE FROM receipts WHERE at_ms < ?', oldestMs);
    sql.run('DELETE FROM receipt_parts WHERE at_ms < ?', oldestMs);
  }

  return {
    add(receipt) {
      const atMs = clock();
      count += 1;
      // Receipts of one millisecond keep their order: the id grows with each.
      const id = `${atMs.toString(36)}-${String(count).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
      const whole: Receipt = { id, at: instant(atMs), ...receipt };
      sql.transaction(() => {
        prune(atMs);
        sql.run(
          'INSERT INTO receipts (id, at_ms, query_id, conversation_id, json) VALUES (?, ?, ?, ?, ?)',
          id,
          atMs,
          receipt.queryId,
          receipt.conversationId,
          JSON.stringify(whole),
        );
        for (const { credential, costUsd, covered } of receipt.parts)
          sql.run(
            'INSERT INTO receipt_parts (receipt_id, at_ms, credential_id, kind, cost_usd, covered) VALUES (?, ?, ?, ?, ?, ?)',
            id,
            atMs,
            credential.id,
            credential.kind,
            costUsd,
            covered ? 1 : 0,
          );
      });
      return whole;
    },
    page({ limit, before }) {
      const after = before === null ? null : positionOf(before);
      const rows =
        after === null
          ? sql.all('SELECT id, at_ms, json FROM receipts ORDER BY at_ms DESC, id DESC LIMIT ?', limit + 1)
          : sql.all(
              `SELECT id, at_ms, json FROM receipts WHERE at_ms < ? OR (at_ms = ? AND id < ?)
               ORDER BY at_ms DESC, id DESC LIMIT ?`,
              after.atMs,
              after.atMs,
              after.id,
              limit + 1,
            );
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map((row) => JSON.parse(String(row['json'])) as Receipt),
        next: last === undefined ? null : cursorOf({ atMs: Number(last['at_ms']), id: String(last['id']) }),
      };
    },
  };
}
