import type { GapReason } from '@postern/contract';
import type { HistoryDatabase, SqlValue } from '../child/index.ts';
import { searchable } from './spoken-text.ts';

/** One conversation in the index. */
export interface HistoryRow {
  /** Its number in the index; another one when its file was replaced. */
  readonly number: number;
  /** Id of the credential in whose folder it lives; empty: Postern's own. */
  readonly home: string;
  readonly id: string;
  /** Of its session file, relative to the folder; null: not seen yet. */
  readonly file: string | null;
  readonly workspace: string | null;
  /** What the user called it, else how the first prompt begins; empty where there is neither. */
  readonly title: string;
  readonly updatedAtMs: number;
  /** Fingerprint of the file as it was fully read; null: it was not fully read. */
  readonly stamp: string | null;
  readonly inode: string | null;
  readonly readBytes: number;
  /** Of the last bytes read. */
  readonly mark: string;
  readonly items: number;
  readonly messages: number;
  /** Lines that could not be read. */
  readonly damagedLines: number;
  readonly lastPrompt: string | null;
  /** A prompt of ours whose answer has not ended. */
  readonly isUnfinished: boolean;
}

/** What reading a file brings forward. */
type ReadSoFar = Pick<
  HistoryRow,
  'readBytes' | 'mark' | 'items' | 'messages' | 'damagedLines' | 'lastPrompt' | 'isUnfinished'
>;

/** One line of a conversation's file that shows something, or a place where something is missing. */
export interface HistoryLine {
  /** Number of its first item. */
  readonly item: number;
  readonly offset: number;
  readonly bytes: number;
  /** What is missing there, where it is a gap; null where it is a line. */
  readonly gap: GapReason | null;
}

/** What is known of a conversation before its file was read. */
export interface Outline {
  readonly home: string;
  readonly id: string;
  readonly file: string | null;
  readonly workspace: string | null;
  readonly title: string | null;
  readonly updatedAtMs: number;
  /** Whether it is known to hold something to show. */
  readonly listed: boolean;
}

/** Of 4 kB. */
const mergedPages = 16;

const columns = `number, home, id, file, workspace, coalesce(custom_title, title, '') AS title, updated_at_ms, stamp, inode, read_bytes, mark,
  items, messages, damaged_lines, last_prompt, unfinished`;

/** The rows of the index, each operation bounded. A caller that writes several things at once wraps them in `transaction`. */
export class HistoryRows {
  readonly database: HistoryDatabase;

  constructor(database: HistoryDatabase) {
    this.database = database;
  }

  /** The row of a conversation in one folder. */
  find(home: string, id: string): HistoryRow | null {
    return this.#one(`SELECT ${columns} FROM conversations WHERE id = ? AND home = ? AND gone = 0`, id, home);
  }

  byNumber(number: number): HistoryRow | null {
    return this.#one(`SELECT ${columns} FROM conversations WHERE number = ? AND gone = 0`, number);
  }

  /** Numbers of all that were seen on disk in one folder. */
  numbers(home: string): number[] {
    return this.database
      .all('SELECT number FROM conversations WHERE home = ? AND gone = 0 AND file IS NOT NULL', home)
      .map(({ number }) => Number(number));
  }

  /** Rows of these folders after a position, the last used first. */
  page(
    homes: readonly string[],
    after: { readonly updatedAtMs: number; readonly id: string } | null,
    limit: number,
  ): readonly HistoryRow[] {
    const wanted = `SELECT ${columns} FROM conversations WHERE listed = 1 AND home IN (SELECT value FROM json_each(?))`;
    const order = 'ORDER BY updated_at_ms DESC, id LIMIT ?';
    const where = JSON.stringify(homes);
    const rows =
      after === null
        ? this.database.all(`${wanted} ${order}`, where, limit)
        : this.database.all(
            `${wanted} AND updated_at_ms <= ? AND (updated_at_ms < ? OR id > ?) ${order}`,
            ...[where, after.updatedAtMs, after.updatedAtMs, after.id, limit],
          );
    return rows.map(rowOf);
  }

  /** Adds what is known from outside the file, and changes nothing that was read from it. */
  outline({ home, id, file, workspace, title, updatedAtMs, listed }: Outline): void {
    this.database.run(
      `INSERT INTO conversations (home, id, file, workspace, title, updated_at_ms, listed) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id, home) WHERE gone = 0 DO UPDATE SET
         file = coalesce(excluded.file, file), workspace = coalesce(excluded.workspace, workspace), title = coalesce(title, excluded.title),
         updated_at_ms = max(updated_at_ms, excluded.updated_at_ms), listed = max(listed, excluded.listed)`,
      ...[home, id, file, workspace, title, updatedAtMs, listed ? 1 : 0],
    );
  }

  /** The part of a file that was just read, in the caller's transaction. */
  addLines(number: number, lines: readonly HistoryLine[]): void {
    for (const { item, offset, bytes, gap } of lines)
      this.database.run(
        'INSERT INTO conversation_lines (conversation, item, offset, bytes, gap) VALUES (?, ?, ?, ?, ?)',
        ...[number, item, offset, bytes, gap],
      );
  }

  /** The lines that hold items `start` to `end` (not included), in order, with the number of the item after each. */
  lines(
    { number, items }: Pick<HistoryRow, 'number' | 'items'>,
    start: number,
    end: number,
  ): readonly (HistoryLine & { readonly nextItem: number })[] {
    const found = this.database.all(
      `SELECT item, offset, bytes, gap FROM conversation_lines WHERE conversation = ? AND item < ? AND item >=
         coalesce((SELECT max(item) FROM conversation_lines WHERE conversation = ? AND item <= ?), 0)
       ORDER BY item`,
      ...[number, end, number, start],
    );
    const next = this.database.all(
      'SELECT min(item) AS item FROM conversation_lines WHERE conversation = ? AND item >= ?',
      ...[number, end],
    )[0]?.['item'];
    return found.map((line, index) => ({
      item: Number(line['item']),
      offset: Number(line['offset']),
      bytes: Number(line['bytes']),
      gap: gapOf(line['gap']),
      nextItem: Number(found[index + 1]?.['item'] ?? next ?? items),
    }));
  }

  /** Whether what was read so far of a conversation ends with a gap. */
  endsWithGap(number: number): boolean {
    const [last] = this.database.all(
      'SELECT gap FROM conversation_lines WHERE conversation = ? ORDER BY item DESC LIMIT 1',
      number,
    );
    return gapOf(last?.['gap']) !== null;
  }

  /** Adds rows for search; gives the number of the last one. */
  addSaid(number: number, texts: readonly string[]): number | null {
    let last: number | null = null;
    for (const text of texts)
      last = this.database.run(
        'INSERT INTO said (text, owner) VALUES (?, ?)',
        searchable(text),
        ownerOf(number),
      ).lastId;
    return last;
  }

  /**
   * Merges a few milliseconds' worth of what searches would have to look through one by one. False when nothing is left to merge, which may take
   * thousands of pieces: for work that no request waits for.
   * Source: https://www.sqlite.org/fts5.html#the_merge_command
   */
  mergeSome(): boolean {
    return this.database.transaction(() => {
      const before = this.#changes();
      this.database.run("INSERT INTO said (said, rank) VALUES ('merge', ?)", mergedPages);
      // The command itself is one change.
      return this.#changes() - before > 1;
    });
  }

  #changes(): number {
    return Number(this.database.all('SELECT total_changes() AS changes')[0]?.['changes']);
  }

  setTitle(number: number, title: string): void {
    const before = this.database.all('SELECT title_row FROM conversations WHERE number = ?', number)[0];
    const titleRow = before?.['title_row'] ?? null;
    if (titleRow !== null) this.database.run('DELETE FROM said WHERE rowid = CAST(? AS INTEGER)', titleRow);
    const row = this.addSaid(number, [title]);
    this.database.run(
      'UPDATE conversations SET custom_title = ?, title_row = ? WHERE number = ?',
      ...[title, row, number],
    );
  }

  /** What was read so far. */
  update(
    number: number,
    { readBytes, mark, items, messages, damagedLines, lastPrompt, isUnfinished }: ReadSoFar,
    seen: {
      readonly title: string | null;
      readonly workspace: string | null;
      readonly updatedAtMs: number | null;
    },
  ): void {
    this.database.run(
      `UPDATE conversations SET read_bytes = ?, mark = ?, items = ?, messages = ?, damaged_lines = ?, last_prompt = ?, unfinished = ?,
         title = coalesce(?, title), workspace = coalesce(?, workspace), updated_at_ms = coalesce(?, updated_at_ms), listed = max(listed, ? > 0)
       WHERE number = ?`,
      ...[readBytes, mark, items, messages, damagedLines, lastPrompt, isUnfinished ? 1 : 0],
      ...[seen.title, seen.workspace, seen.updatedAtMs, messages, number],
    );
  }

  /** The file was read to its end as it was when it had this stamp. */
  settle(number: number, file: string, inode: string, stamp: string): void {
    this.database.run(
      'UPDATE conversations SET file = ?, inode = ?, stamp = ? WHERE number = ?',
      ...[file, inode, stamp, number],
    );
  }

  /** It is not listed and not found from now on; what was said in it is removed by `removeSome`. */
  markGone(number: number): void {
    this.database.run('UPDATE conversations SET gone = 1, listed = 0 WHERE number = ?', number);
  }

  /** Removes some of the text of what is gone, overwritten on disk. False when nothing is left of it. */
  removeSome(): boolean {
    return this.database.transaction(() => {
      const [first] = this.database.all('SELECT number FROM conversations WHERE gone = 1 LIMIT 1');
      if (first === undefined) return false;
      const number = Number(first['number']);
      const said = this.database.all(
        'SELECT rowid AS number FROM said WHERE said MATCH ? LIMIT 16',
        `{owner} : "${ownerOf(number)}"`,
      );
      for (const { number: row } of said)
        this.database.run('DELETE FROM said WHERE rowid = CAST(? AS INTEGER)', row ?? 0);
      const { changes } = this.database.run(
        `DELETE FROM conversation_lines WHERE conversation = ? AND item IN
           (SELECT item FROM conversation_lines WHERE conversation = ? LIMIT 500)`,
        ...[number, number],
      );
      if (said.length === 0 && changes === 0)
        this.database.run('DELETE FROM conversations WHERE number = ?', number);
      return true;
    });
  }

  #one(statement: string, ...parameters: SqlValue[]): HistoryRow | null {
    const [row] = this.database.all(statement, ...parameters);
    return row === undefined ? null : rowOf(row);
  }
}

function gapOf(value: SqlValue | undefined): GapReason | null {
  return value === 'damaged' || value === 'missing' || value === 'unfinished' ? value : null;
}

/** The word by which the rows of a conversation are found. */
function ownerOf(number: number): string {
  return `c${number}`;
}

function rowOf(row: Record<string, SqlValue>): HistoryRow {
  const text = (column: string): string | null => (row[column] == null ? null : String(row[column]));
  const number = (column: string): number => Number(row[column]);
  return {
    number: number('number'),
    home: text('home') ?? '',
    id: text('id') ?? '',
    file: text('file'),
    workspace: text('workspace'),
    title: text('title') ?? '',
    updatedAtMs: number('updated_at_ms'),
    stamp: text('stamp'),
    inode: text('inode'),
    readBytes: number('read_bytes'),
    mark: text('mark') ?? '',
    items: number('items'),
    messages: number('messages'),
    damagedLines: number('damaged_lines'),
    lastPrompt: text('last_prompt'),
    isUnfinished: number('unfinished') === 1,
  };
}
