import type { CodeToken } from './code-tokens.ts';

/** Code as it stands on the page: its text, and the pieces of the page it is made of, in order. */
export interface CodePassage {
  readonly text: string;
  readonly pieces: readonly CodePiece[];
}

interface CodePiece {
  readonly node: Text;
  /** Where it begins in the text. */
  readonly from: number;
}

/**
 * What is to be read as one within `root`. Of a diff, the version after it, and the version before it for the lines that were removed;
 * of anything else, its whole text. Marks that stand for hidden characters are read, and keep the look of marks.
 */
export function passagesOf(root: HTMLElement): readonly CodePassage[] {
  if (!(root instanceof HTMLTableElement)) return [passageOf([root], () => true)];
  const rows = [...root.rows];
  const cells = (kinds: readonly string[]) =>
    rows.filter(({ className }) => kinds.includes(className)).flatMap((row) => [...row.cells].slice(-1));
  return [
    passageOf(cells(['diff-kept', 'diff-added']), () => true),
    passageOf(cells(['diff-kept', 'diff-removed']), (cell) => cell.closest('.diff-removed') !== null),
  ];
}

/** The stretches of the page that a token covers. @param first the piece to look at first: tokens come in order */
export function* rangesOf(
  { pieces }: CodePassage,
  { from, to }: Pick<CodeToken, 'from' | 'to'>,
  first: number,
): Generator<{ readonly range: StaticRange; readonly piece: number }> {
  for (let at = first; at < pieces.length; at += 1) {
    const { node, from: begins } = pieces[at] as CodePiece;
    if (begins >= to) return;
    const [start, end] = [Math.max(from - begins, 0), Math.min(to - begins, node.length)];
    if (start >= end) continue;
    const range = new StaticRange({
      ...{ startContainer: node, startOffset: start },
      ...{ endContainer: node, endOffset: end },
    });
    yield { range, piece: at };
  }
}

function passageOf(
  elements: readonly HTMLElement[],
  isPainted: (element: HTMLElement) => boolean,
): CodePassage {
  const pieces: CodePiece[] = [];
  const lines: string[] = [];
  let at = 0;
  for (const element of elements) {
    const painted = isPainted(element);
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let line = '';
    for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
      if (painted && node.parentElement?.classList.contains('hidden-mark') !== true)
        pieces.push({ node, from: at + line.length });
      line += node.data;
    }
    lines.push(line);
    at += line.length + 1;
  }
  return { text: lines.join('\n'), pieces };
}
