import type { CapScope } from '@postern/contract';
import type { Sql } from '../store/index.ts';
import { queryIdOfLease } from './leased-turn.ts';

/** One running total: of a turn, a local day, a local month, or a workspace on a day. Billionths of a US dollar. */
export interface SpendTotal {
  readonly scope: CapScope;
  readonly period: string;
  readonly spentNano: number;
  /** Of calls that are under way, or whose usage never came: the most that each may cost. */
  readonly reservedNano: number;
}

/** Where a call counts. */
export interface CallPlace {
  readonly queryId: string;
  /** Real path; empty where there is none. */
  readonly workspace: string;
  /** Local day on which the call was written down, as `2026-11-23`. It stays that day's, whatever the clock says later. */
  readonly day: string;
}

/** Running totals of what no plan covers, kept beside what they are made of and changed in the same transactions. */
export interface SpendTotals {
  /** The totals that a call counts in, in the order of the scopes. */
  of(place: CallPlace): readonly SpendTotal[];
  /** Adds to all of them; billionths of a dollar, negative ones too. */
  add(place: CallPlace, spentNano: number, reservedNano: number): void;
  /** One total; zero where nothing was counted. */
  read(scope: CapScope, period: string): SpendTotal;
  /** Every total of the scope whose period begins with `prefix`. */
  list(scope: CapScope, prefix: string): readonly SpendTotal[];
  /** The turn is over and its receipt is written. */
  forgetTurn(queryId: string): void;
  /** The lease is over, and with it the turns that its sessions are. */
  forgetLease(leaseId: string): void;
}

/** The scopes of a cap, the narrowest first: the order in which they are checked and asked about. */
export const capScopes: readonly CapScope[] = ['turn', 'workspace', 'day', 'month'];

/** The period of a total of a scope. */
export function periodOf(scope: CapScope, { queryId, workspace, day }: CallPlace): string {
  switch (scope) {
    case 'turn':
      return queryId;
    case 'workspace':
      return `${day} ${workspace}`;
    case 'day':
      return day;
    case 'month':
      return day.slice(0, 7);
    default:
      return scope satisfies never;
  }
}

const columns = 'scope, period, spent_nano, reserved_nano';
const isOne = capScopes.map(() => '(scope = ? AND period = ?)').join(' OR ');
const values = capScopes.map(() => '(?, ?, ?, ?)').join(', ');

/** Over the table `spend_totals`. */
export function createSpendTotals(sql: Sql): SpendTotals {
  const keysOf = (place: CallPlace): string[] =>
    capScopes.flatMap((scope) => [scope, periodOf(scope, place)]);
  return {
    of(place) {
      const rows = sql
        .all(`SELECT ${columns} FROM spend_totals WHERE ${isOne}`, ...keysOf(place))
        .map(totalOf);
      return capScopes.map(
        (scope) => rows.find((row) => row.scope === scope) ?? nothing(scope, periodOf(scope, place)),
      );
    },
    add(place, spentNano, reservedNano) {
      sql.run(
        `INSERT INTO spend_totals (${columns}) VALUES ${values} ON CONFLICT (scope, period) DO UPDATE
         SET spent_nano = spent_nano + excluded.spent_nano, reserved_nano = reserved_nano + excluded.reserved_nano`,
        ...capScopes.flatMap((scope) => [scope, periodOf(scope, place), spentNano, reservedNano]),
      );
    },
    read(scope, period) {
      const [row] = sql.all(
        `SELECT ${columns} FROM spend_totals WHERE scope = ? AND period = ?`,
        scope,
        period,
      );
      return row === undefined ? nothing(scope, period) : totalOf(row);
    },
    list: (scope, prefix) =>
      sql
        .all(
          `SELECT ${columns} FROM spend_totals WHERE scope = ? AND substr(period, 1, ?) = ? ORDER BY period`,
          scope,
          prefix.length,
          prefix,
        )
        .map(totalOf),
    forgetTurn(queryId) {
      sql.run(`DELETE FROM spend_totals WHERE scope = 'turn' AND period = ?`, queryId);
    },
    forgetLease(leaseId) {
      const own = queryIdOfLease(leaseId, null);
      const isOwn = 'substr(period, 1, ?) = ?';
      sql.run(`DELETE FROM spend_totals WHERE scope = 'turn' AND ${isOwn}`, own.length, own);
    },
  };
}

function nothing(scope: CapScope, period: string): SpendTotal {
  return { scope, period, spentNano: 0, reservedNano: 0 };
}

function totalOf(row: Readonly<Record<string, unknown>>): SpendTotal {
  return {
    scope: capScopes.find((scope) => scope === row['scope']) ?? 'day',
    period: String(row['period']),
    spentNano: Number(row['spent_nano']),
    reservedNano: Number(row['reserved_nano']),
  };
}
