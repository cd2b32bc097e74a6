/** One line of a diff as it is drawn; a number is null where the line is not in that version. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'kept' | 'gap';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** A unified diff as lines, with how many were added and removed. File headers are left out; each hunk starts with a gap. */
export function parseDiff(diff: string): {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
} {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let inHunk = false;
  let added = 0;
  let removed = 0;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      inHunk = true;
      lines.push({ kind: 'gap', before: null, after: null, text: (hunk[3] ?? '').trim() });
    } else if (!inHunk || line.startsWith('\\')) {
      // `--- a`, `+++ b`, and "\ No newline at end of file".
    } else if (line.startsWith('+')) {
      added += 1;
      lines.push({ kind: 'added', before: null, after: after++, text: line.slice(1) });
    } else if (line.startsWith('-')) {
      removed += 1;
      lines.push({ kind: 'removed', before: before++, after: null, text: line.slice(1) });
    } else {
      lines.push({ kind: 'kept', before: before++, after: after++, text: line.slice(1) });
    }
  }
  return { lines: lines[0]?.kind === 'gap' ? lines.slice(1) : lines, added, removed };
}
