import type { HistoryRow, HistoryRows } from './history-rows.ts';
import { readable, searchExpression } from './spoken-text.ts';

// A number reaches SQLite as a floating one, which FTS5 does not take for a row and so gives every row: hence the casts below.

/** Words of a snippet. */
const snippetWords = 24;
const [opens, closes] = ['\u0001', '\u0002'];

/** A conversation in which something was found. */
export interface Found {
  readonly row: HistoryRow;
  /** A piece of what was said, on one line. */
  readonly snippet: string;
  /** Where in it the words are that were looked for, in characters. */
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}

/** A page of what was found, the conversation with the latest such words first. */
export interface FoundPage {
  readonly found: readonly Found[];
  /** For the next page; null at the end. */
  readonly next: string | null;
}

/**
 * Looks for all these words in what was said, within one passage. Words are whole, but the last one may go on where few conversations have it
 * as it stands. What it costs depends on the page, not on how many conversations there are: matches are taken from the latest on, until the page is full.
 */
export function searchHistory(
  rows: HistoryRows,
  homes: ReadonlySet<string>,
  {
    search,
    before,
    limit,
  }: { readonly search: string; readonly before: string | null; readonly limit: number },
): FoundPage {
  const cursor = before === null ? null : /^([wp])(\d{1,15})$/.exec(before);
  if (before !== null && cursor === null) return { found: [], next: null };
  const after = cursor === null ? null : Number(cursor[2]);
  if (cursor?.[1] !== 'p') {
    const page = lookFor(rows, homes, searchExpression(search, false), after, limit);
    // A page that is full, or goes on from a full one, needs no more; the last word may still be on its way to being typed.
    if (after !== null || page.next !== null) return { found: page.found, next: cursorOf('w', page.next) };
  }
  const page = lookFor(rows, homes, searchExpression(search, true), after, limit);
  return { found: page.found, next: cursorOf('p', page.next) };
}

function cursorOf(kind: 'w' | 'p', row: number | null): string | null {
  return row === null ? null : `${kind}${row}`;
}

function lookFor(
  rows: HistoryRows,
  homes: ReadonlySet<string>,
  expression: string | null,
  after: number | null,
  limit: number,
): { readonly found: readonly Found[]; readonly next: number | null } {
  if (expression === null) return { found: [], next: null };
  const owners = new Map<string, { readonly row: HistoryRow; readonly said: number }>();
  const passed = new Set<string>();
  let next: number | null = null;
  const matches = rows.database.iterate(
    'SELECT rowid AS number, owner FROM said WHERE said MATCH ? AND rowid < CAST(? AS INTEGER) ORDER BY rowid DESC',
    ...[expression, after ?? Number.MAX_SAFE_INTEGER],
  );
  for (const { number, owner } of matches) {
    const name = String(owner);
    if (passed.has(name)) continue;
    passed.add(name);
    const row = rows.byNumber(Number(name.slice(1)));
    if (row === null || !homes.has(row.home)) continue;
    if (after !== null && wasGiven(rows, expression, name, after)) continue;
    if (owners.size === limit) {
      next = [...owners.values()].at(-1)?.said ?? null;
      break;
    }
    owners.set(name, { row, said: Number(number) });
  }
  const found = [...owners.values()].map(({ row, said }) => ({
    row,
    ...snippetOf(rows, expression, said),
  }));
  return { found, next };
}

/** Whether an earlier page had this conversation, because of a later match. */
function wasGiven(rows: HistoryRows, expression: string, owner: string, after: number): boolean {
  const both = `(${expression}) AND {owner} : "${owner}"`;
  return (
    rows.database.all(
      'SELECT 1 AS one FROM said WHERE said MATCH ? AND rowid >= CAST(? AS INTEGER) LIMIT 1',
      both,
      after,
    ).length > 0
  );
}

function snippetOf(rows: HistoryRows, expression: string, said: number): Pick<Found, 'snippet' | 'marks'> {
  const [row] = rows.database.all(
    'SELECT snippet(said, 0, ?, ?, ?, ?) AS snippet FROM said WHERE said MATCH ? AND rowid = CAST(? AS INTEGER)',
    ...[opens, closes, '…', snippetWords, expression, said],
  );
  const marked = readable(String(row?.['snippet'] ?? '')).replace(/\s+/g, ' ');
  const marks: { start: number; end: number }[] = [];
  const [before = '', ...parts] = marked.split(opens);
  let snippet = before;
  for (const part of parts) {
    const [word = '', rest = ''] = part.split(closes);
    marks.push({ start: snippet.length, end: snippet.length + word.length });
    snippet += word + rest;
  }
  return { snippet, marks: joined(marks) };
}

/** Marks that touch are one: of writing without spaces each sign is marked. */
function joined(marks: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const whole: { start: number; end: number }[] = [];
  for (const mark of marks) {
    const last = whole.at(-1);
    if (last !== undefined && last.end >= mark.start) last.end = mark.end;
    else whole.push({ ...mark });
  }
  return whole;
}
