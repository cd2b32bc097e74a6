/**
 * What a text was before a unified diff led to it. Null where the diff does not lead to exactly this text: then nothing true can be said.
 * Pure.
 */
export function textBefore(after: string, diff: string): string | null {
  const hunks = diff.search(/^@@ /m);
  if (hunks === -1) return null;
  const lines = after.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const rows = diff.slice(hunks).replace(/\n$/, '').split('\n');
  const before: string[] = [];
  let used = 0;
  for (const [at, row] of rows.entries()) {
    if (isNoLineEnd(row)) continue;
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(row);
    if (hunk !== null) {
      // A hunk without lines of the new text names the line before it.
      const begin = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      if (begin < used || begin > lines.length) return null;
      for (; used < begin; used += 1) before.push(lines[used] ?? '');
      continue;
    }
    const sign = row.charAt(0);
    if (![' ', '+', '-'].includes(sign)) return null;
    const line = `${row.slice(1)}${isNoLineEnd(rows[at + 1]) ? '' : '\n'}`;
    if (sign !== '+') before.push(line);
    if (sign === '-') continue;
    if (lines[used] !== line) return null;
    used += 1;
  }
  return [...before, ...lines.slice(used)].join('');
}

/** `\ No newline at end of file`: it is about the row before it. */
function isNoLineEnd(row: string | undefined): boolean {
  return row?.startsWith('\\') === true;
}
