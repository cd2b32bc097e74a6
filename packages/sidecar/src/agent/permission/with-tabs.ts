import type { StructuredPatchHunk } from 'diff';

/**
 * Hunks whose rows have spaces for tabs, with the rows that both texts have there. Unchanged where a row says something else than its text:
 * then it is a difference of others. Pure.
 */
export function withTabs(
  hunks: readonly StructuredPatchHunk[],
  before: string,
  after: string,
): readonly StructuredPatchHunk[] {
  if (!before.includes('\t') && !after.includes('\t')) return hunks;
  const olds = before.split('\n');
  const news = after.split('\n');
  const restored: StructuredPatchHunk[] = [];
  for (const hunk of hunks) {
    let oldAt = hunk.oldStart - 1;
    let newAt = hunk.newStart - 1;
    const lines: string[] = [];
    for (const row of hunk.lines) {
      const sign = row.charAt(0);
      const line = sign === '\\' ? undefined : sign === '+' ? news[newAt] : olds[oldAt];
      if (sign === '-' || sign === ' ') oldAt += 1;
      if (sign === '+' || sign === ' ') newAt += 1;
      if (sign === '\\') lines.push(row);
      else if (line === undefined || !isSame(line, row.slice(1))) return hunks;
      else lines.push(`${sign}${row.endsWith('\r') ? line : line.replace(/\r$/, '')}`);
    }
    restored.push({ ...hunk, lines });
  }
  return restored;
}

function isSame(line: string, shown: string): boolean {
  return line.replaceAll(/\s+/g, '') === shown.replaceAll(/\s+/g, '');
}
