import { CopyButton, LongText, ScrollRegion } from '../controls/index.ts';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string | null;
}

/** A line as long as this was not written by hand: it is wrapped, or it would reach for miles. */
const endlessLine = /[^\n]{4000}/;

/** A block of code with its language and a button that copies it. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const text = code.replace(/\n$/, '');
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language ?? 'text'}</span>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      <ScrollRegion className="code-scroll" aria-label={language === null ? 'Code' : `Code, ${language}`}>
        <pre className={endlessLine.test(text) ? 'code-wrapped' : undefined}>
          <code>
            <LongText text={text} dir="ltr" />
          </code>
        </pre>
      </ScrollRegion>
    </figure>
  );
}
