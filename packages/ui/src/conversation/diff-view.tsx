import { useState } from 'react';
import { Button, ScrollRegion } from '../controls/index.ts';
import { shortPath } from '../format/index.ts';
import { type DiffLine, parseDiff } from './parse-diff.ts';

interface DiffViewProps {
  readonly diff: string;
  readonly path: string | null;
}

const shownAtOnce = 200;
const signs: Readonly<Record<DiffLine['kind'], string>> = { added: '+', removed: '−', kept: ' ', gap: '' };

/** What would change, or has: line by line, with both line numbers. */
export function DiffView({ diff, path }: DiffViewProps) {
  const [all, setAll] = useState(false);
  const { lines, added, removed } = parseDiff(diff);
  const shown = all ? lines : lines.slice(0, shownAtOnce);
  return (
    <figure className="diff">
      <figcaption>
        <code className="diff-path" title={path ?? undefined}>
          {path === null ? 'Changes' : shortPath(path)}
        </code>
        <span className="diff-count tabular">
          <span className="diff-added-count">+{added}</span>{' '}
          <span className="diff-removed-count">−{removed}</span>
        </span>
      </figcaption>
      <ScrollRegion className="diff-scroll" aria-label={path === null ? 'Changes' : `Changes in ${path}`}>
        <table>
          <tbody>
            {shown.map((line, index) => (
              <tr key={lineKey(line, index)} className={`diff-${line.kind}`}>
                <td className="diff-number" data-line={line.before ?? ''} />
                <td className="diff-number" data-line={line.after ?? ''} />
                <td className="diff-sign">{signs[line.kind]}</td>
                <td className="diff-text">{line.kind === 'gap' ? `⋯ ${line.text}` : line.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {shown.length < lines.length ? (
        <Button size="s" look="quiet" onClick={() => setAll(true)}>
          {`Show all ${lines.length} lines`}
        </Button>
      ) : null}
    </figure>
  );
}

function lineKey(line: DiffLine, index: number): string {
  return `${line.kind}.${line.before ?? ''}.${line.after ?? ''}.${index}`;
}
