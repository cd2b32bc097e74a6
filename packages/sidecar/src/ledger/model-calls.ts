import { randomUUID } from 'node:crypto';
import { uptime } from 'node:os';
import { type CapScope, type CredentialRef, credentialKinds, type TokenUsage } from '@postern/contract';
import { type Clock, coveredByPlan } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { type CapExceeded, type CapRemainder, type Caps, exceededCap, leastRemainder } from './caps.ts';
import { localDate } from './local-day.ts';
import { usdOf } from './nano-dollars.ts';
import type { CallPlace, SpendTotals } from './spend-totals.ts';
import { WriteGroup } from './write-group.ts';

/** A model call before it is sent. */
export interface NewCall {
  readonly queryId: string;
  readonly conversationId: string;
  /** Real path; empty where there is none. */
  readonly workspace: string;
  readonly credential: CredentialRef;
  readonly reason: string;
  readonly model: string | null;
  /** The most it may cost, billionths of a US dollar. */
  readonly mostNano: number;
  /** It stands for all calls of a program that pays on its own: it takes what is left under the caps, at least `mostNano`. */
  readonly takesRemainder?: boolean;
}

/** A call that is written down and may be sent. */
export interface ReservedCall {
  readonly id: string;
  readonly mostNano: number;
  /** The cap that least is left under, where it took that; null: it did not, or no cap holds for it. */
  readonly remainder: CapRemainder | null;
  /** Where it counts; null: in no total, a plan covers it. */
  readonly countsIn: CallPlace | null;
}

/** A call as a receipt needs it. */
export interface RecordedCall {
  readonly credential: CredentialRef;
  readonly reason: string;
  readonly model: string | null;
  readonly usage: TokenUsage;
  readonly costUsd: number;
  /** US dollars that it may have cost beyond what was reported; 0 if all of its usage was. */
  readonly notReportedUsd: number;
  /** Paid as extra usage beyond a plan: no plan covers it. */
  readonly isOverage?: boolean;
}

/** The calls of a turn whose process has ended without a receipt. */
export interface LostTurn {
  readonly queryId: string;
  readonly conversationId: string;
  readonly workspace: string;
  readonly atMs: number;
  readonly calls: readonly RecordedCall[];
}

/** What a call cost, billionths of a US dollar. */
export interface SettledCall {
  readonly costNano: number;
  /** More that it may have cost: its answer was cut off before it said what it used in the end. */
  readonly openNano: number;
  readonly usage: TokenUsage;
  readonly model: string | null;
}

/**
 * Every model call, written down before it is sent and settled after it. One database for all processes: what one of them has under way
 * counts for the others.
 */
export interface ModelCalls {
  /**
   * Writes a call down with the most it may cost, in one transaction with the check that it fits. `raised`: caps that the user lifted.
   * Gives the cap that it does not fit under instead; nothing is written then. @throws StoreError `storage_full`: do not send
   */
  reserve(call: NewCall, caps: Caps, raised: ReadonlySet<CapScope>): ReservedCall | CapExceeded;
  /**
   * Runs `work`, which calls one of the others: at once where it is the first of this turn of the event loop, else in one transaction with what
   * else comes in it. Settles when it is written; `work` may run more than once. Never from within a transaction, which it would join.
   * @param isUrgent see `WriteGroup.add`
   */
  together<T>(work: () => T, isUrgent: boolean): Promise<T>;
  /** Writes at once what waits for its turn to be over. */
  flush(): void;
  /** The cap that least is left under for a call; null where none holds for it. */
  remainder(call: Omit<NewCall, 'mostNano'>, caps: Caps, raised: ReadonlySet<CapScope>): CapRemainder | null;
  /** What it cost is known, and what it may have cost beyond that, which stays reserved. @throws StoreError; all of it stays reserved then */
  settle(call: ReservedCall, end: SettledCall): void;
  /** Nothing was worked on, so nothing is charged. @throws StoreError */
  release(call: ReservedCall): void;
  /** It was sent without reported usage: the reservation stands. @throws StoreError */
  leaveStanding(call: ReservedCall): void;
  /** What the settled calls of a turn cost with one credential, billionths of a dollar. */
  settledNano(queryId: string, credentialId: string): number;
  /** Of all its calls, the most that those cost beyond that whose usage never came whole; billionths of a dollar. */
  standingNano(queryId: string): number;
  /**
   * The receipt of the turn is written. Gives what calls had reserved whose end the database had not taken, billionths of a dollar: it is in
   * no total any longer. What the turn has cost stays in its own.
   */
  forgetTurn(queryId: string): number;
  /** Turns of processes that have ended. */
  lostTurns(): readonly LostTurn[];
}

/** Over the table `model_calls`; totals change in the same transactions. */
export function createModelCalls(deps: {
  readonly sql: Sql;
  readonly totals: SpendTotals;
  readonly clock: Clock;
}): ModelCalls {
  const { sql, totals, clock } = deps;
  const group = new WriteGroup(sql);
  const owner = `${process.pid}.${randomUUID()}`;

  /**
   * Ends a call that is under way, where it still is: `change` says so in the table. What it reserved goes from the totals but for `openNano`.
   */
  function close(
    { countsIn, mostNano }: ReservedCall,
    change: () => { readonly changes: number },
    costNano: number,
    openNano: number,
  ): void {
    sql.quickTransaction(() => {
      // Its receipt may have been written without it.
      if (change().changes === 0 || countsIn === null) return;
      totals.add(countsIn, costNano, openNano - mostNano);
    });
  }

  const isCounted = (credential: CredentialRef): boolean => !coveredByPlan(credential);

  return {
    reserve(call, caps, raised) {
      const { queryId, workspace, credential } = call;
      const counts = isCounted(credential);
      const atMs = clock();
      const place = { queryId, workspace, day: localDate(atMs) };
      const id = randomUUID();
      return sql.quickTransaction(() => {
        const exceeded = counts ? exceededCap(totals, place, call.mostNano, caps, raised) : null;
        if (exceeded !== null) return exceeded;
        const remainder =
          counts && call.takesRemainder === true ? leastRemainder(totals, place, caps, raised) : null;
        const mostNano = remainder === null ? call.mostNano : remainder.leftNano;
        sql.run(
          `INSERT INTO model_calls (id, query_id, conversation_id, credential_id, kind, payer, reason, workspace, model, day, at_ms, owner,
           counted, state, most_nano, cost_nano) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'under_way', ?, 0)`,
          ...[id, queryId, call.conversationId, credential.id, credential.kind, credential.payer],
          ...[call.reason, workspace, call.model, place.day, atMs, owner, counts ? 1 : 0, mostNano],
        );
        if (counts) totals.add(place, 0, mostNano);
        return { id, mostNano, remainder, countsIn: counts ? place : null };
      });
    },
    together: (work, isUrgent) => group.add(work, isUrgent),
    flush: () => group.flush(),
    remainder({ queryId, workspace, credential }, caps, raised) {
      if (!isCounted(credential)) return null;
      return leastRemainder(totals, { queryId, workspace, day: localDate(clock()) }, caps, raised);
    },
    settle(call, { costNano, openNano, usage, model }) {
      const change = () =>
        sql.run(
          `UPDATE model_calls SET state = 'settled', cost_nano = ?, most_nano = ?, usage = ?, model = coalesce(?, model)
           WHERE id = ? AND state = 'under_way'`,
          costNano,
          openNano,
          JSON.stringify(usage),
          model,
          call.id,
        );
      close(call, change, costNano, openNano);
    },
    release(call) {
      const change = () => sql.run(`DELETE FROM model_calls WHERE id = ? AND state = 'under_way'`, call.id);
      close(call, change, 0, 0);
    },
    leaveStanding({ id }) {
      sql.quickTransaction(() =>
        sql.run(`UPDATE model_calls SET state = 'not_reported' WHERE id = ? AND state = 'under_way'`, id),
      );
    },
    settledNano(queryId, credentialId) {
      const [row] = sql.all(
        `SELECT coalesce(sum(cost_nano), 0) AS nano FROM model_calls
         WHERE query_id = ? AND credential_id = ? AND counted = 1 AND state = 'settled'`,
        queryId,
        credentialId,
      );
      return Number(row?.['nano'] ?? 0);
    },
    standingNano(queryId) {
      const [row] = sql.all(
        `SELECT coalesce(sum(most_nano), 0) AS nano FROM model_calls WHERE query_id = ? AND state <> 'under_way'`,
        queryId,
      );
      return Number(row?.['nano'] ?? 0);
    },
    forgetTurn(queryId) {
      const unended = sql.all(
        `SELECT query_id, workspace, day, most_nano FROM model_calls
         WHERE query_id = ? AND counted = 1 AND state = 'under_way'`,
        queryId,
      );
      for (const row of unended) totals.add(placeOf(row), 0, -Number(row['most_nano']));
      sql.run('DELETE FROM model_calls WHERE query_id = ?', queryId);
      return unended.reduce((sum, row) => sum + Number(row['most_nano']), 0);
    },
    lostTurns() {
      const rows = sql.all('SELECT * FROM model_calls ORDER BY at_ms');
      // After a restart of the machine another process may soon have the number of the one that wrote it.
      const bootedAtMs = clock() - uptime() * 1000;
      const lost = rows.filter(
        (row) => Number(row['at_ms']) < bootedAtMs || !isAlive(String(row['owner']), owner),
      );
      return [...Map.groupBy(lost, (row) => String(row['query_id'])).entries()].map(([queryId, calls]) => ({
        queryId,
        conversationId: String(calls[0]?.['conversation_id']),
        workspace: String(calls[0]?.['workspace']),
        atMs: Number(calls.at(-1)?.['at_ms']),
        calls: calls.map(recordedCall),
      }));
    },
  };
}

function placeOf(row: Readonly<Record<string, unknown>>): CallPlace {
  return {
    queryId: String(row['query_id']),
    workspace: String(row['workspace']),
    day: String(row['day']),
  };
}

function recordedCall(row: Readonly<Record<string, unknown>>): RecordedCall {
  const kind = credentialKinds.find((each) => each === row['kind']) ?? 'api_key';
  // A sign-in's call counts where no plan pays.
  const isLinked = kind === 'oauth' && Number(row['counted']) === 1;
  const billing = isLinked ? ({ billing: 'linked_organization' } as const) : {};
  const isSettled = row['state'] === 'settled';
  const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return {
    credential: { id: String(row['credential_id']), kind, payer: String(row['payer']), ...billing },
    reason: String(row['reason']),
    model: row['model'] === null ? null : String(row['model']),
    usage: isSettled ? (JSON.parse(String(row['usage'])) as TokenUsage) : none,
    costUsd: usdOf(Number(row['cost_nano'])),
    notReportedUsd: usdOf(Number(row['most_nano'])),
  };
}

/** Whether the process that wrote a call down still runs. Of this process, only what this very ledger wrote does. */
function isAlive(owner: string, own: string): boolean {
  if (owner === own) return true;
  const pid = Number(owner.split('.')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
