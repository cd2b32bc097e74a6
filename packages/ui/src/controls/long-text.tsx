import { useMemo } from 'react';
import { textChunks } from '../format/index.ts';
import { LazyChunk } from './lazy-chunk.tsx';
import { VisibleText } from './visible-text.tsx';

interface LongTextProps {
  readonly text: string;
  readonly dir?: 'auto' | 'ltr';
}

const chunkLength = 2_048;
/** This many are drawn at once: more than a screen shows, and enough for almost every text. */
const drawnAtOnce = 1;
const lineLength = 90;
const linePx = 20;

/** A text of any length with its own line breaks, whole, every hidden character marked. What is far out of sight is not drawn yet. */
export function LongText({ text, dir = 'auto' }: LongTextProps) {
  const chunks = useMemo(() => textChunks(text, chunkLength), [text]);
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return <VisibleText text={only} dir={dir} />;
  return chunks.map((chunk, index) => (
    <LazyChunk key={placeKey(index)} guessPx={guessPx(chunk)} eager={index < drawnAtOnce}>
      {() => <VisibleText text={chunk} dir={dir} />}
    </LazyChunk>
  ));
}

/** A text only grows at its end, if at all: the place of a chunk is its identity. */
function placeKey(index: number): string {
  return `c${index}`;
}

function guessPx(chunk: string): number {
  const lines = chunk.split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLength)) * linePx, 0);
}
