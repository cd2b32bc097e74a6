import { type ComponentType, createElement, memo, type ReactNode, useRef } from 'react';
import { Icon, LazyChunk, LongText, ScrollRegion } from '../controls/index.ts';
import { CodeBlock } from './code-block.tsx';
import { ImagePlaceholder } from './image-placeholder.tsx';
import { extendPieces, fencedCode, longestPiece, noPieces } from './markdown-pieces.ts';
import { type MarkdownElement, type MarkdownNode, parseMarkdown } from './parse-markdown.ts';
import { SafeLink } from './safe-link.tsx';

interface MarkdownTextProps {
  readonly text: string;
}

/** A message of as many characters is drawn at once; of a longer one, each block of so many when it comes near. */
const drawnAtOnce = 8_000;
const blockLength = 4_000;
const pxPerCharacter = 0.35;

/**
 * Text of the model as Markdown. It becomes elements, never markup: what looks like HTML stays the text it is. Only what is near is
 * parsed and put on the page.
 */
export const MarkdownText = memo(function MarkdownText({ text }: MarkdownTextProps) {
  const known = useRef(noPieces);
  known.current = extendPieces(known.current, text);
  const blocks = blocksOf(known.current.pieces);
  return (
    <div className="markdown">
      {blocks.map((pieces, index) => {
        const blockSize = pieces.reduce((sum, piece) => sum + piece.length, 0);
        // An answer that streams is read at its end.
        const eager = text.length <= drawnAtOnce || index === blocks.length - 1;
        // Blocks only grow at the end: the place is the identity.
        return (
          <LazyChunk
            key={placeKey(index)}
            className="markdown-block"
            guessPx={Math.round(blockSize * pxPerCharacter)}
            eager={eager}
          >
            {() => pieces.map((piece, at) => <MarkdownPiece key={placeKey(at)} text={piece} />)}
          </LazyChunk>
        );
      })}
    </div>
  );
});

function blocksOf(pieces: readonly string[]): readonly (readonly string[])[] {
  const blocks: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    if (length + piece.length > blockLength) {
      blocks.push([]);
      length = 0;
    }
    blocks.at(-1)?.push(piece);
    length += piece.length;
  }
  return blocks;
}

const MarkdownPiece = memo(function MarkdownPiece({ text }: MarkdownTextProps) {
  const fenced = fencedCode(text);
  if (fenced !== null) return <CodeBlock {...fenced} />;
  const nodes = text.length > longestPiece ? null : parseMarkdown(text);
  return nodes === null ? <PlainText text={text} /> : drawAll(nodes);
});

function PlainText({ text }: MarkdownTextProps) {
  return (
    <div className="as-text">
      <LongText text={text} />
    </div>
  );
}

interface PartProps {
  readonly node: MarkdownElement;
  readonly children: ReactNode;
}

/** Elements that are not simply their tag. The page has a heading of its own; an answer's come below it, and no level is left out. */
const parts: Readonly<Record<string, ComponentType<PartProps>>> = {
  link: ({ node, children }) => <SafeLink href={node.attributes['href'] ?? ''}>{children}</SafeLink>,
  image: ({ node }) => <ImagePlaceholder src={node.attributes['src'] ?? ''} alt={node.content} />,
  fence: ({ node }) => <CodeBlock language={node.info.trim().split(/\s/)[0] || null} code={node.content} />,
  code_block: ({ node }) => <CodeBlock language={null} code={node.content} />,
  code_inline: ({ node }) => <code>{node.content}</code>,
  table: ({ children }) => (
    // No landmark, as a region would be: an answer can have many, and their names would be one.
    <ScrollRegion className="table-scroll" role="group" aria-label="Table">
      <table>{children}</table>
    </ScrollRegion>
  ),
  heading: ({ node, children }) => {
    const level = Math.min(3, Number(node.tag.slice(1)));
    return level === 3 ? (
      <h3 className="answer-h3">{children}</h3>
    ) : (
      <h2 className={`answer-h${level}`}>{children}</h2>
    );
  },
  ordered_list: ({ node, children }) => <ol start={Number(node.attributes['start'] ?? 1)}>{children}</ol>,
  list_item: ({ node, children }) => {
    const task = taskOf(node);
    return task === null ? (
      <li>{children}</li>
    ) : (
      <li className="task">
        <span className="task-mark" role="img" aria-label={task.done ? 'Done' : 'Not done'}>
          {task.done ? <Icon name="check" size={12} /> : null}
        </span>
        <span>{drawAll(task.children)}</span>
      </li>
    );
  },
  td: ({ node, children }) => <td className={alignmentOf(node)}>{children}</td>,
  th: ({ node, children }) => <th className={alignmentOf(node)}>{children}</th>,
};

/** Elements without any particular of ours. What the parser may bring besides stays text. */
const plainTags: ReadonlySet<string> = new Set('p strong em s ul blockquote hr br thead tbody tr'.split(' '));

function drawAll(nodes: readonly MarkdownNode[]): ReactNode {
  return nodes.map((node, index) => draw(node, placeKey(index)));
}

function draw(node: MarkdownNode, key: string): ReactNode {
  if (typeof node === 'string') return node;
  const Part = parts[node.type];
  const children = node.children.length === 0 ? undefined : drawAll(node.children);
  if (Part !== undefined)
    return (
      <Part key={key} node={node}>
        {children}
      </Part>
    );
  return plainTags.has(node.tag) ? createElement(node.tag, { key }, children) : (children ?? node.content);
}

/** A list item that begins with a box to tick, and what comes behind the box. */
function taskOf({ children: [first, ...others] }: MarkdownElement): {
  readonly done: boolean;
  readonly children: readonly MarkdownNode[];
} | null {
  const box = typeof first === 'string' ? /^\[([ xX])\] /.exec(first) : null;
  return box === null || typeof first !== 'string'
    ? null
    : { done: box[1] !== ' ', children: [first.slice(box[0].length), ...others] };
}

function alignmentOf({ attributes }: MarkdownElement): string | undefined {
  return /text-align:(center|right)/.exec(attributes['style'] ?? '')?.[1];
}

function placeKey(index: number): string {
  return `p${index}`;
}
