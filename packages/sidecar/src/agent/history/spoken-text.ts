/** Characters of one row for search: long enough for a question and its answer, short enough for a snippet to be cut out quickly. */
const rowLength = 4_000;

/** Writing without spaces, of which each sign is a word here. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
const boundary = '\u200b';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they mark what was found in a snippet, so no text may bring them.
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b]/g;

/** A text as the index keeps it: the tokenizer of SQLite knows words by what stands between them. Source: https://sqlite.org/fts5.html#unicode61_tokenizer */
export function searchable(text: string): string {
  return text.replace(controls, ' ').replace(unspaced, `${boundary}$&${boundary}`);
}

/** A piece of such a text as the user wrote it. */
export function readable(text: string): string {
  return text.replaceAll(boundary, '');
}

/** Cuts what was said in one go into rows for search, at a space where there is one. */
export function rowsOf(texts: readonly string[]): string[] {
  const rows: string[] = [];
  let row = '';
  for (const text of texts) {
    if (row !== '' && row.length + text.length > rowLength) {
      rows.push(row);
      row = '';
    }
    row = row === '' ? text : `${row}\n${text}`;
    while (row.length > 2 * rowLength) {
      const space = row.lastIndexOf(' ', rowLength);
      const end = space > rowLength / 2 ? space : wholeCharacters(row, rowLength);
      rows.push(row.slice(0, end));
      row = row.slice(end);
    }
  }
  if (row.trim() !== '') rows.push(row);
  return rows;
}

/** `end`, or one less where a character of two units would be cut in the middle. */
function wholeCharacters(text: string, end: number): number {
  const unit = text.charCodeAt(end);
  return unit >= 0xdc00 && unit <= 0xdfff ? end - 1 : end;
}

/**
 * The words of a search as an FTS5 expression over the column `text`, all of which must be there; `prefix`: the last one may go on. Null where
 * there is no word in it. Each is quoted, so that nothing the user types is an operator.
 */
export function searchExpression(search: string, prefix: boolean): string | null {
  const words = searchable(search)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}\p{Co}]/u.test(word))
    .slice(0, mostWords)
    .map((word) => `"${word.replaceAll('"', '""')}"`);
  if (words.length === 0) return null;
  return `{text} : (${words.join(' AND ')}${prefix ? '*' : ''})`;
}

const mostWords = 16;
