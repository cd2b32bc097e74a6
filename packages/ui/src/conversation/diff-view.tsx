import { visibleText } from '@postern/contract';
import { useMemo, useState } from 'react';
import { Button, LazyChunk, LongText, ScrollRegion } from '../controls/index.ts';
import { type DiffChunk, type DiffLine, type DiffOutline, linesOfChunk, outlineDiff } from './parse-diff.ts';
import { usePaintedCode } from './use-painted-code.ts';

/** A diff of more lines is shown in part first. */
export const diffShownAtOnce = 200;

interface DiffViewProps {
  readonly diff: string;
  readonly path: string | null;
}

/** What a call has changed: line by line, with both line numbers. A long one is unfolded on request. */
export function DiffView({ diff, path }: DiffViewProps) {
  const [all, setAll] = useState(false);
  const outline = useMemo(() => outlineDiff(diff), [diff]);
  return (
    <DiffFigure outline={outline}>
      <ScrollRegion className="diff-scroll" aria-label={nameOfDiff(path)}>
        <DiffTable chunks={outline.chunks} all={all} path={path} />
      </ScrollRegion>
      {all || outline.lines <= diffShownAtOnce ? null : (
        <Button size="s" look="quiet" onClick={() => setAll(true)}>
          {`Show all ${outline.lines} lines`}
        </Button>
      )}
    </DiffFigure>
  );
}

interface QuestionDiffProps {
  readonly outline: DiffOutline;
  readonly path: string | null;
  /** Whether all of a long one is shown. */
  readonly all: boolean;
}

/** What a call would change, within a question: it scrolls with the question, which has shown the path, whole. */
export function QuestionDiff({ outline, path, all }: QuestionDiffProps) {
  return (
    <DiffFigure outline={outline}>
      <section aria-label={nameOfDiff(path)}>
        <DiffTable chunks={outline.chunks} all={all} path={path} />
      </section>
    </DiffFigure>
  );
}

interface DiffFigureProps {
  readonly outline: DiffOutline;
  readonly children: React.ReactNode;
}

/** Which file it is, the card or the question around it has said. */
function DiffFigure({ outline: { added, removed }, children }: DiffFigureProps) {
  return (
    <figure className="diff">
      <figcaption>
        <span>Changes</span>
        <span className="diff-count tabular">
          <span className="diff-added-count">+{added}</span>{' '}
          <span className="diff-removed-count">−{removed}</span>
        </span>
      </figcaption>
      {children}
    </figure>
  );
}

interface DiffTableProps {
  readonly chunks: readonly DiffChunk[];
  readonly all: boolean;
  readonly path: string | null;
}

const linePx = 19;
const drawnAtOnce = 2;

function DiffTable({ chunks, all, path }: DiffTableProps) {
  return (all ? chunks : firstOf(chunks)).map((chunk, index) => (
    <LazyChunk key={placeKey(index)} guessPx={chunk.lines * linePx} eager={index < drawnAtOnce}>
      {() => <DiffRows chunk={chunk} isFirst={index === 0} path={path} />}
    </LazyChunk>
  ));
}

interface DiffRowsProps extends Pick<DiffTableProps, 'path'> {
  readonly chunk: DiffChunk;
  readonly isFirst: boolean;
}

function DiffRows({ chunk, isFirst, path }: DiffRowsProps) {
  const place = usePaintedCode<HTMLTableElement>(path);
  return (
    <table ref={place}>
      <tbody>
        {linesOfChunk(chunk, isFirst).map((line, at) => (
          <DiffRow key={placeKey(at)} line={line} />
        ))}
      </tbody>
    </table>
  );
}

/** As many chunks as make up what is shown at first. */
function firstOf(chunks: readonly DiffChunk[]): readonly DiffChunk[] {
  let lines = 0;
  return chunks.filter((chunk) => {
    const isShown = lines < diffShownAtOnce;
    lines += chunk.lines;
    return isShown;
  });
}

const signs: Readonly<Record<DiffLine['kind'], string>> = {
  added: '+',
  removed: '−',
  kept: ' ',
  gap: '⋯',
  note: '',
};

function DiffRow({ line }: { readonly line: DiffLine }) {
  return (
    <tr className={`diff-${line.kind}`}>
      <td className="diff-number" data-line={line.before ?? ''} />
      <td className="diff-number" data-line={line.after ?? ''} />
      <td className="diff-sign">{signs[line.kind]}</td>
      <td className="diff-text">
        <LongText text={line.text} dir="ltr" />
      </td>
    </tr>
  );
}

function nameOfDiff(path: string | null): string {
  return path === null ? 'Changes' : `Changes in ${visibleText(path)}`;
}

function placeKey(index: number): string {
  return `d${index}`;
}
