/** One line of a diff as it is drawn; a number is null where the line is not in that version. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'kept' | 'gap' | 'note';
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** Lines of a diff that are drawn together: a stretch of its text, and where the numbers stood before it. */
export interface DiffChunk {
  readonly text: string;
  readonly before: number;
  readonly after: number;
  readonly lines: number;
}

/** A unified diff in chunks, with how many lines are drawn and how many were added and removed. */
export interface DiffOutline {
  readonly chunks: readonly DiffChunk[];
  readonly lines: number;
  readonly added: number;
  readonly removed: number;
}

const chunkLines = 100;
const chunkLength = 16_000;

/** Reads a unified diff without taking each line apart. File headers are left out. Linear in the length of `diff`. */
export function outlineDiff(diff: string): DiffOutline {
  const chunks: DiffChunk[] = [];
  const counted = { before: 0, after: 0, added: 0, removed: 0, lines: 0 };
  const firstHunk = /^@@ -\d/m.exec(diff)?.index ?? diff.length;
  let open = { ...counted, from: firstHunk };
  const close = (to: number) => {
    const { from, before, after } = open;
    if (to > from)
      chunks.push({ text: diff.slice(from, to), before, after, lines: counted.lines - open.lines });
    open = { ...counted, from: to };
  };
  for (let at = firstHunk; at < diff.length; ) {
    const end = diff.indexOf('\n', at) + 1 || diff.length;
    if (counted.lines - open.lines >= chunkLines || end - open.from > chunkLength) close(at);
    const sign = diff.charAt(at);
    const hunk = sign === '@' ? hunkAt(diff.slice(at, end)) : null;
    if (hunk !== null) {
      counted.before = hunk.before;
      counted.after = hunk.after;
      // No gap stands before the first hunk.
      if (at > firstHunk) counted.lines += 1;
    } else {
      counted.lines += 1;
      if (sign === '+') counted.added += 1;
      if (sign === '-') counted.removed += 1;
      if (sign !== '-' && sign !== '\\') counted.after += 1;
      if (sign !== '+' && sign !== '\\') counted.before += 1;
    }
    at = end;
  }
  close(diff.length);
  return { chunks, lines: counted.lines, added: counted.added, removed: counted.removed };
}

/** The lines of a chunk; `isFirst` leaves out the gap above the first hunk. */
export function linesOfChunk(chunk: DiffChunk, isFirst: boolean): readonly DiffLine[] {
  let { before, after } = chunk;
  const lines: DiffLine[] = [];
  for (const line of chunk.text.replace(/\n$/, '').split('\n')) {
    const hunk = line.startsWith('@') ? hunkAt(line) : null;
    if (hunk !== null) {
      ({ before, after } = hunk);
      if (!isFirst || lines.length > 0)
        lines.push({ kind: 'gap', before: null, after: null, text: hunk.text });
    } else if (line.startsWith('\\'))
      lines.push({ kind: 'note', before: null, after: null, text: line.slice(1).trim() });
    else if (line.startsWith('+'))
      lines.push({ kind: 'added', before: null, after: after++, text: line.slice(1) });
    else if (line.startsWith('-'))
      lines.push({ kind: 'removed', before: before++, after: null, text: line.slice(1) });
    else lines.push({ kind: 'kept', before: before++, after: after++, text: line.slice(1) });
  }
  return lines;
}

function hunkAt(
  line: string,
): { readonly before: number; readonly after: number; readonly text: string } | null {
  const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/m.exec(line);
  return hunk === null
    ? null
    : { before: Number(hunk[1]), after: Number(hunk[2]), text: (hunk[3] ?? '').trim() };
}
