import { type TextSegment, textSegments, visibleText } from '@postern/contract';
import { memo } from 'react';

interface VisibleTextProps {
  readonly text: string;
  /** `ltr` for what a program reads in its own order, such as a path or a command. */
  readonly dir?: 'auto' | 'ltr';
}

const namedAtMost = 3;
/** Of a text with more, the marks stand in it as text: all of them are there, and the page stays small. */
const mostRuns = 400;

/**
 * A text that a model or a web page wrote, as the user is to see it: each character that would not show has a mark, and its direction
 * reorders nothing around it.
 */
export const VisibleText = memo(function VisibleText({ text, dir = 'auto' }: VisibleTextProps) {
  const runs = runsOf(textSegments(text));
  return <bdi dir={dir}>{runs.length > mostRuns ? visibleText(text) : runs.map(drawn)}</bdi>;
});

/** Segments with neighbouring marks joined, and where each of them begins. */
interface SegmentRun extends TextSegment {
  readonly at: number;
}

function runsOf(segments: readonly TextSegment[]): readonly SegmentRun[] {
  const runs: SegmentRun[] = [];
  let at = 0;
  for (const { text, isMark } of segments) {
    const last = runs.at(-1);
    if (isMark && last?.isMark === true) runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ text, isMark, at });
    at += text.length;
  }
  return runs;
}

function drawn({ text, isMark, at }: SegmentRun) {
  if (!isMark) return text;
  return (
    <span key={at} className="hidden-mark" role="img" aria-label={nameOf(text)}>
      {text}
    </span>
  );
}

function nameOf(marks: string): string {
  const codes = marks.slice(1, -1).split('⟩⟨');
  if (codes.length === 1) return `hidden character ${codes[0]}`;
  const named = [...new Set(codes)].slice(0, namedAtMost).join(', ');
  return `${codes.length} hidden characters: ${named}${new Set(codes).size > namedAtMost ? ' and others' : ''}`;
}
