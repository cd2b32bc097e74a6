import type { ExtraProps } from 'react-markdown';
import { CopyButton, ScrollRegion } from '../controls/index.ts';

type HastNode = NonNullable<ExtraProps['node']> | NonNullable<ExtraProps['node']>['children'][number];

interface CodeBlockProps {
  readonly node: ExtraProps['node'];
}

/** A block of code with its language and a button that copies it. */
export function CodeBlock({ node }: CodeBlockProps) {
  if (node === undefined) return null;
  const text = textOf(node).replace(/\n$/, '');
  const language = languageOf(node);
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language ?? 'text'}</span>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      <ScrollRegion className="code-scroll" aria-label={language === null ? 'Code' : `Code, ${language}`}>
        <pre>
          <code>{text}</code>
        </pre>
      </ScrollRegion>
    </figure>
  );
}

function textOf(node: HastNode): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

function languageOf(node: NonNullable<ExtraProps['node']>): string | null {
  const code = node.children[0];
  if (code?.type !== 'element') return null;
  const names = code.properties['className'];
  const name = Array.isArray(names) ? names.find((each) => String(each).startsWith('language-')) : undefined;
  return name === undefined ? null : String(name).slice('language-'.length);
}
