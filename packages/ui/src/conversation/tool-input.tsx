import type { ToolCallPart } from '@postern/contract';
import { LongText } from '../controls/index.ts';

interface ToolInputProps {
  readonly parts: readonly ToolCallPart[];
}

/** A tool's input, whole: each value with its name, in its own line breaks, and apart from what stands around it. */
export function ToolInput({ parts }: ToolInputProps) {
  if (parts.length === 0) return <p className="small soft">No input.</p>;
  return (
    <dl className="tool-input">
      {parts.map(({ label, text, kind }, index) => (
        <div key={placeKey(index)}>
          <dt className="tool-label">
            <LongText text={label} />
          </dt>
          <dd className={kind === 'text' ? 'tool-value' : 'tool-value tool-code'}>
            {text === '' ? (
              <span className="soft">Empty</span>
            ) : (
              <LongText text={text} dir={kind === 'text' ? 'auto' : 'ltr'} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Names of an input's members may repeat once they are in words; their places do not. */
function placeKey(index: number): string {
  return `i${index}`;
}
