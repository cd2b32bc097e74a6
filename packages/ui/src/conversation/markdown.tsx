import { memo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './code-block.tsx';
import { ImagePlaceholder } from './image-placeholder.tsx';
import { SafeLink } from './safe-link.tsx';
import { splitMarkdown } from './split-markdown.ts';

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <SafeLink href={href ?? ''}>{children}</SafeLink>,
  img: ({ src, alt }) => <ImagePlaceholder src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  pre: ({ node }) => <CodeBlock node={node} />,
  table: ({ children }) => (
    <div className="table-scroll">
      <table>{children}</table>
    </div>
  ),
  // The page has a heading of its own; an answer's come below it, without leaving a level out.
  h1: ({ children }) => <h2 className="answer-h1">{children}</h2>,
  h2: ({ children }) => <h2 className="answer-h2">{children}</h2>,
  h3: ({ children }) => <h3 className="answer-h3">{children}</h3>,
  h4: ({ children }) => <h3 className="answer-h3">{children}</h3>,
  h5: ({ children }) => <h3 className="answer-h3">{children}</h3>,
  h6: ({ children }) => <h3 className="answer-h3">{children}</h3>,
  input: ({ checked }) => <span className="task-mark">{checked === true ? '☑' : '☐'}</span>,
};

interface MarkdownTextProps {
  readonly text: string;
}

/** Text of the model as Markdown. It becomes elements, never markup: what looks like HTML stays the text it is. */
export const MarkdownText = memo(function MarkdownText({ text }: MarkdownTextProps) {
  return (
    <div className="markdown">
      {splitMarkdown(text).map((piece, index) => (
        // Pieces only grow at the end: the place is the identity.
        <MarkdownPiece key={placeKey(index)} text={piece} />
      ))}
    </div>
  );
});

const MarkdownPiece = memo(function MarkdownPiece({ text }: MarkdownTextProps) {
  return (
    <Markdown remarkPlugins={plugins} components={components} urlTransform={(url) => url}>
      {text}
    </Markdown>
  );
});

function placeKey(index: number): string {
  return `p${index}`;
}
