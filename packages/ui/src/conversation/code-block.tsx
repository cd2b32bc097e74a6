import { CopyButton, LongText, ScrollRegion, VisibleText } from '../controls/index.ts';
import { longestPaintedCode, usePaintedCode } from './use-painted-code.ts';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string | null;
}

/** A line of more characters was not written by hand: it is wrapped, or it would reach for miles. */
const longestLine = 4_000;

/** A block of code with its language and a button that copies it. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const text = code.replace(/\n$/, '');
  const isPainted = language !== null && text.length <= longestPaintedCode;
  const place = usePaintedCode<HTMLElement>(isPainted ? language : null);
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language ?? 'text'}</span>
        <CopyButton text={text} label="Copy code" />
      </figcaption>
      <ScrollRegion className="code-scroll" aria-label={language === null ? 'Code' : `Code, ${language}`}>
        <pre className={hasEndlessLine(text) ? 'code-wrapped' : undefined}>
          <code ref={place}>
            {/* What is painted is read as one. */}
            {isPainted ? <VisibleText text={text} dir="ltr" /> : <LongText text={text} dir="ltr" />}
          </code>
        </pre>
      </ScrollRegion>
    </figure>
  );
}

function hasEndlessLine(text: string): boolean {
  for (let from = 0; text.length - from > longestLine; ) {
    const end = text.indexOf('\n', from);
    if (end === -1 || end - from > longestLine) return true;
    from = end + 1;
  }
  return false;
}
