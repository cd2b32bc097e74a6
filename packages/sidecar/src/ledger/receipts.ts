import { randomBytes } from 'node:crypto';
import type { Page, Receipt, ReceiptPart } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { localDate, localMidnight } from './local-day.ts';
import type { ModelCalls } from './model-calls.ts';
import { nanoDollars } from './nano-dollars.ts';
import { cursorOf, positionOf } from './page-cursor.ts';
import type { SpendTotals } from './spend-totals.ts';

const keptDays = 400;

/** A receipt to be written. */
export type NewReceipt = Omit<Receipt, 'id' | 'at'> & {
  /** Real path of the folder that the turn ran in, for that workspace's cap. */
  readonly workspace?: string;
  /** Another receipt follows, of the same turn: what it has cost counts on under its cap. */
  readonly goesOn?: boolean;
};

/** One receipt per turn, whole, and its parts again as rows for the sums. Those of the last 400 days on which there were any are kept. */
export interface Receipts {
  add(receipt: NewReceipt): Receipt;
  page(options: { readonly limit: number; readonly before: string | null }): Page<Receipt>;
  /** Of one conversation from a moment on, Unix ms, oldest first. */
  ofConversation(conversationId: string, fromMs: number, most: number): readonly Receipt[];
}

/** What receipts are kept with. */
export interface ReceiptsDeps {
  readonly sql: Sql;
  readonly totals: SpendTotals;
  readonly calls: Pick<ModelCalls, 'settledNano' | 'standingNano' | 'forgetTurn' | 'flush'>;
  readonly clock: Clock;
}

export function createReceipts({ sql, totals, calls, clock }: ReceiptsDeps): Receipts {
  let count = 0;
  let prunedDay = '';

  /** The clock may be wrong by years, so it is not believed alone: as many days with receipts must have come after. */
  function prune(nowMs: number): void {
    const today = localDate(nowMs);
    if (today === prunedDay) return;
    prunedDay = today;
    const [first] = sql.all('SELECT DISTINCT day FROM receipts ORDER BY day DESC LIMIT 1 OFFSET ?', keptDays);
    if (first === undefined) return;
    const newest = [String(first['day']), localDate(localMidnight(nowMs, -keptDays - 1))].toSorted()[0] ?? '';
    sql.run('DELETE FROM receipts WHERE day <= ?', newest);
    sql.run('DELETE FROM receipt_parts WHERE day <= ?', newest);
  }

  /** Counts what a part costs beyond what its calls were counted with when they ended. */
  function correct(queryId: string, workspace: string, day: string, parts: readonly ReceiptPart[]): void {
    for (const [id, own] of Map.groupBy(parts.filter(isCounted), ({ credential }) => credential.id)) {
      const costNano = own.reduce((sum, { costUsd }) => sum + nanoDollars(costUsd), 0);
      const missing = costNano - calls.settledNano(queryId, id);
      if (missing > 0) totals.add({ queryId, workspace, day }, missing, 0);
    }
  }

  return {
    add({ workspace = '', goesOn = false, ...receipt }) {
      const atMs = clock();
      const day = localDate(atMs);
      count += 1;
      // Receipts of one millisecond keep their order: the id grows with each.
      const id = `${atMs.toString(36)}-${String(count).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
      const whole: Receipt = { id, at: instant(atMs), ...receipt };
      // Calls of this turn that ended just now belong into it.
      calls.flush();
      sql.transaction(() => {
        prune(atMs);
        sql.run(
          'INSERT INTO receipts (id, at_ms, day, query_id, conversation_id, json) VALUES (?, ?, ?, ?, ?, ?)',
          id,
          atMs,
          day,
          receipt.queryId,
          receipt.conversationId,
          JSON.stringify(whole),
        );
        for (const { credential, costUsd, covered } of receipt.parts)
          sql.run(
            'INSERT INTO receipt_parts (receipt_id, at_ms, day, credential_id, kind, cost_usd, covered) VALUES (?, ?, ?, ?, ?, ?, ?)',
            id,
            atMs,
            day,
            credential.id,
            credential.kind,
            costUsd,
            covered ? 1 : 0,
          );
        correct(receipt.queryId, workspace, day, receipt.parts);
        const { queryId, notReportedUsd = 0 } = receipt;
        const missing = nanoDollars(notReportedUsd) - calls.standingNano(queryId);
        const released = calls.forgetTurn(queryId);
        if (released > 0 && missing > 0)
          totals.add({ queryId, workspace, day }, 0, Math.min(missing, released));
        if (!goesOn) totals.forgetTurn(queryId);
      });
      return whole;
    },
    ofConversation: (conversationId, fromMs, most) =>
      sql
        .all(
          'SELECT json FROM receipts WHERE conversation_id = ? AND at_ms >= ? ORDER BY at_ms, id LIMIT ?',
          conversationId,
          fromMs,
          most,
        )
        .map(receiptIn),
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
        items: rows.slice(0, limit).map(receiptIn),
        next: last === undefined ? null : cursorOf({ atMs: Number(last['at_ms']), id: String(last['id']) }),
      };
    },
  };
}

function receiptIn(row: Readonly<Record<string, unknown>>): Receipt {
  return JSON.parse(String(row['json'])) as Receipt;
}

function isCounted({ covered }: ReceiptPart): boolean {
  return !covered;
}
