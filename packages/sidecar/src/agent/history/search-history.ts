import type { HistoryRow, HistoryRows } from './history-rows.ts';
import { noNext } from './page-place.ts';
import { searchTitles } from './search-titles.ts';
import { snippetOf, type TextSnippet } from './snippet-of.ts';
import { searchExpression } from './spoken-text.ts';

// A number reaches SQLite as a floating one, which FTS5 does not take for a row and so gives every row: hence the casts below.

/** A conversation in which something was found. */
export interface Found extends TextSnippet {
  readonly row: HistoryRow;
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
 * Where a search has no word at all, it is looked for in titles.
 * @throws InvalidRequestError `bad_request` for a `before` that no such page had
 */
export function searchHistory(
  rows: HistoryRows,
  homes: ReadonlySet<string>,
  request: { readonly search: string; readonly before: string | null; readonly limit: number },
): FoundPage {
  const { search, before, limit } = request;
  if (searchExpression(search, false) === null) return searchTitles(rows, homes, request);
  const cursor = before === null ? null : /^([wp])(\d{1,15})$/.exec(before);
  if (before !== null && cursor === null) throw noNext();
  const after = cursor === null ? null : Number(cursor[2]);
  if (cursor?.[1] !== 'p') {
    const page = lookFor(rows, homes, search, false, after, limit);
    // A page that is full, or goes on from a full one, needs no more; the last word may still be on its way to being typed.
    if (after !== null || page.next !== null) return { found: page.found, next: cursorOf('w', page.next) };
  }
  const page = lookFor(rows, homes, search, true, after, limit);
  return { found: page.found, next: cursorOf('p', page.next) };
}

function cursorOf(kind: 'w' | 'p', row: number | null): string | null {
  return row === null ? null : `${kind}${row}`;
}

function lookFor(
  rows: HistoryRows,
  homes: ReadonlySet<string>,
  search: string,
  prefix: boolean,
  after: number | null,
  limit: number,
): { readonly found: readonly Found[]; readonly next: number | null } {
  const expression = searchExpression(search, prefix);
  if (expression === null) return { found: [], next: null };
  const owners = new Map<string, { readonly row: HistoryRow; readonly said: number }>();
  const passed = new Set<string>();
  let next: number | null = null;
  for (const { number, owner } of latestMatches(rows, expression, after ?? Number.MAX_SAFE_INTEGER)) {
    if (passed.has(owner)) continue;
    passed.add(owner);
    const row = rows.byNumber(Number(owner.slice(1)));
    if (row === null || !homes.has(row.home)) continue;
    if (after !== null && wasGiven(rows, expression, owner, after)) continue;
    if (owners.size === limit) {
      next = [...owners.values()].at(-1)?.said ?? null;
      break;
    }
    owners.set(owner, { row, said: number });
  }
  const found = [...owners.values()].map(({ row, said }) => ({
    row,
    ...snippetOf(textOf(rows, said), search),
  }));
  return { found, next };
}

/** Rows of one conversation in a row, after which its others are passed over. */
const mostTogether = 32;

/** Matches from the latest on. Of a conversation that has very many together not all are given: each would have to be looked up. */
function* latestMatches(
  rows: HistoryRows,
  expression: string,
  before: number,
): Generator<{ readonly number: number; readonly owner: string }, void> {
  const passedOver: string[] = [];
  let at = before;
  for (let isOver = false; !isOver; ) {
    isOver = true;
    const others = passedOver.length === 0 ? '' : ` NOT {owner} : (${passedOver.join(' OR ')})`;
    let last = { owner: '', together: 0 };
    for (const match of rows.database.iterate(
      'SELECT rowid AS number, owner FROM said WHERE said MATCH ? AND rowid < CAST(? AS INTEGER) ORDER BY rowid DESC',
      ...[`(${expression})${others}`, at],
    )) {
      const owner = String(match['owner']);
      at = Number(match['number']);
      last = { owner, together: owner === last.owner ? last.together + 1 : 1 };
      yield { number: at, owner };
      if (last.together < mostTogether) continue;
      passedOver.push(`"${owner}"`);
      isOver = false;
      break;
    }
  }
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

function textOf(rows: HistoryRows, said: number): string {
  const [row] = rows.database.all('SELECT text FROM said WHERE rowid = CAST(? AS INTEGER)', said);
  return String(row?.['text'] ?? '');
}
