import type { HistoryRow, HistoryRows } from './history-rows.ts';
import { type ListPlace, nextInList, noNext, placeInList } from './page-place.ts';
import type { TextSnippet } from './snippet-of.ts';
import { titleOf } from './title-of.ts';

/** Of how many conversations, the last used ones, the titles are looked through: a few milliseconds. */
const mostTitles = 10_000;

/**
 * Looks in titles for signs of which none belongs to a word, such as an emoji or `%`. The index of words has none of them, and looking through
 * all that was ever said would cost more with every conversation. The conversation last used comes first.
 * @throws InvalidRequestError `bad_request` for a `before` that no such page had
 */
export function searchTitles(
  rows: HistoryRows,
  homes: ReadonlySet<string>,
  {
    search,
    before,
    limit,
  }: { readonly search: string; readonly before: string | null; readonly limit: number },
): { readonly found: readonly ({ readonly row: HistoryRow } & TextSnippet)[]; readonly next: string | null } {
  const numbers = numbersOf(rows, homes, search, before === null ? null : placeOf(before), limit + 1);
  const found = numbers.slice(0, limit).flatMap((number) => {
    const row = rows.byNumber(number);
    return row === null ? [] : [{ row, ...marked(titleOf(row.title) ?? '', search) }];
  });
  const last = numbers.length > limit ? found.at(-1)?.row : undefined;
  return { found, next: last === undefined ? null : `t${nextInList(last)}` };
}

function placeOf(before: string): ListPlace {
  if (!before.startsWith('t')) throw noNext();
  return placeInList(before.slice(1));
}

function numbersOf(
  { database }: HistoryRows,
  homes: ReadonlySet<string>,
  search: string,
  after: ListPlace | null,
  limit: number,
): number[] {
  const { updatedAtMs, id } = after ?? { updatedAtMs: Number.MAX_SAFE_INTEGER, id: '' };
  return database
    .all(
      `SELECT number FROM (
         SELECT number, id, updated_at_ms, coalesce(custom_title, title, '') AS title FROM conversations
         WHERE listed = 1 AND home IN (SELECT value FROM json_each(?)) ORDER BY updated_at_ms DESC, id LIMIT ?)
       WHERE instr(title, ?) > 0 AND (updated_at_ms < ? OR (updated_at_ms = ? AND id > ?))
       ORDER BY updated_at_ms DESC, id LIMIT ?`,
      ...[JSON.stringify([...homes]), mostTitles, search, updatedAtMs, updatedAtMs, id, limit],
    )
    .map(({ number }) => Number(number));
}

function marked(title: string, search: string): TextSnippet {
  const marks: { start: number; end: number }[] = [];
  for (let at = title.indexOf(search); at >= 0; at = title.indexOf(search, at + search.length))
    marks.push({ start: at, end: at + search.length });
  return { snippet: title, marks };
}
