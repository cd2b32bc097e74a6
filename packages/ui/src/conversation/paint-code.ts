import { type CodeMode, codeMode } from './code-modes.ts';
import { type CodePassage, passagesOf, rangesOf } from './code-passages.ts';
import { type CodeColour, codeColours, codeTokens } from './code-tokens.ts';
import { longestPaintedCode } from './use-painted-code.ts';

/** Milliseconds of the page's time that are used without a break. */
const sliceMs = 6;
/** A text that grows is painted again once it has stayed the same for so long. */
const settlesAfterMs = 150;
/** Code of more coloured stretches is left as it is. */
const mostRanges = 4_000;

/**
 * Colours the code within `root`, and keeps on doing so while it changes, until the result is called. Nothing is put on the page: the
 * browser gets which stretches of what stands there have which colour, so that no character can be hidden, added or moved by it.
 * Where the browser does not know such highlights, or the language is not known, nothing happens.
 * Source: CSS Custom Highlight API, W3C, 2025.
 * @param language what stands behind a fence, or the name of a file
 */
export function paintCode(root: HTMLElement, language: string): () => void {
  if (typeof CSS === 'undefined' || CSS.highlights === undefined) return () => undefined;
  const painted: (readonly [CodeColour, StaticRange])[] = [];
  let work = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  const paint = async (mode: CodeMode) => {
    work.abort();
    work = new AbortController();
    const { signal } = work;
    const ranges = await rangesIn(root, mode, signal);
    if (signal.aborted) return;
    unpaint(painted);
    for (const each of ranges ?? []) highlightOf(each[0]).add(each[1]);
    painted.push(...(ranges ?? []));
  };
  let observer: MutationObserver | undefined;
  const begin = (mode: CodeMode | null) => {
    // What has no colours is not watched either: a long difference has hundreds of tables.
    if (mode === null || isOver) return;
    observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void paint(mode), settlesAfterMs);
    });
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    void paint(mode);
  };
  codeMode(language).then(begin, () => undefined);
  return () => {
    isOver = true;
    observer?.disconnect();
    clearTimeout(timer);
    work.abort();
    unpaint(painted);
  };
}

/** Null where there is too much of it, or a mode does not get along with it. */
async function rangesIn(
  root: HTMLElement,
  mode: CodeMode,
  signal: AbortSignal,
): Promise<(readonly [CodeColour, StaticRange])[] | null> {
  const ranges: (readonly [CodeColour, StaticRange])[] = [];
  try {
    for (const passage of passagesOf(root)) {
      if (passage.text.length > longestPaintedCode) return null;
      await readPassage(passage, mode, ranges, signal);
      if (signal.aborted || ranges.length > mostRanges) return null;
    }
    return ranges;
  } catch {
    return null;
  }
}

async function readPassage(
  passage: CodePassage,
  mode: CodeMode,
  ranges: (readonly [CodeColour, StaticRange])[],
  signal: AbortSignal,
): Promise<void> {
  let until = performance.now() + sliceMs;
  let piece = 0;
  for (const tokens of codeTokens(mode, passage.text)) {
    for (const token of tokens)
      for (const range of rangesOf(passage, token, piece)) {
        ranges.push([token.colour, range.range]);
        piece = range.piece;
      }
    if (ranges.length > mostRanges) return;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted) return;
    until = performance.now() + sliceMs;
  }
}

function unpaint(painted: (readonly [CodeColour, StaticRange])[]): void {
  for (const [colour, range] of painted) highlightOf(colour).delete(range);
  painted.length = 0;
}

function highlightOf(colour: CodeColour): Highlight {
  const name = `code-${colour}`;
  const known = CSS.highlights.get(name);
  if (known !== undefined) return known;
  for (const each of codeColours)
    if (!CSS.highlights.has(`code-${each}`)) CSS.highlights.set(`code-${each}`, new Highlight());
  return highlightOf(colour);
}
