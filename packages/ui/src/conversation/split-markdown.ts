/**
 * A text in pieces that can be drawn one by one: while an answer streams, only its last piece changes. It is cut at blank
 * lines between paragraphs, never inside a fenced block, a list or a quotation, and not at all where a definition in one
 * place serves another.
 */
export function splitMarkdown(text: string): readonly string[] {
  if (/^ {0,3}\[[^\]]+\]:/m.test(text)) return [text];
  const pieces: string[] = [];
  let piece = '';
  let fence: string | null = null;
  let blank = false;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (blank && fence === null && startsParagraph(line) && piece.trim() !== '') {
      pieces.push(piece);
      piece = '';
    }
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence) && /^ {0,3}[`~]+\s*$/.test(line)) fence = null;
    }
    blank = line.trim() === '';
    piece += line;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

/** A line that goes on with nothing before it: not indented, no list item, no quotation, no table row. */
function startsParagraph(line: string): boolean {
  return /^[^\s>|*+-]/.test(line) && !/^\d+[.)]/.test(line);
}
