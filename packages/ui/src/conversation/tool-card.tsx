import { Badge, Icon } from '../controls/index.ts';
import { DiffView } from './diff-view.tsx';
import { Fold } from './kept-open.tsx';
import type { ThreadItem } from './thread-item.ts';
import { inputText, toolWording } from './tool-wording.ts';

interface ToolCardProps {
  readonly tool: Extract<ThreadItem, { type: 'tool' }>;
  /** Whether its query still runs: without it, a call that gave nothing back never will. */
  readonly running: boolean;
}

/** A tool call: what it does in one line; unfolded, what went in and what came out. A change unfolds by itself. */
export function ToolCard({ tool, running }: ToolCardProps) {
  const { does, target, icon } = toolWording(tool.name, tool.input);
  const { result } = tool;
  const summary = (
    <span className="tool-summary">
      <Icon name={icon} size={16} />
      <span className="tool-does">{does}</span>
      {target === null ? null : <code className="tool-target">{target}</code>}
      <ToolState result={result} running={running} />
    </span>
  );
  return (
    <Fold name={tool.key} className="tool-card" startsOpen={result?.diff != null} summary={summary}>
      <div className="tool-body">
        {result?.diff == null ? (
          <>
            <p className="tool-label">Input</p>
            <pre className="tool-text">{inputText(tool.input)}</pre>
          </>
        ) : (
          <DiffView diff={result.diff} path={result.path} />
        )}
        {result === null ? null : (
          <>
            <p className="tool-label">{result.isError ? 'What went wrong' : 'Output'}</p>
            <pre className="tool-text">{result.content === '' ? 'Nothing' : result.content}</pre>
          </>
        )}
      </div>
    </Fold>
  );
}

function ToolState({
  result,
  running,
}: Pick<Extract<ThreadItem, { type: 'tool' }>, 'result'> & { running: boolean }) {
  if (result !== null)
    return result.isError ? <Badge tone="bad">Failed</Badge> : <Badge tone="good">Done</Badge>;
  return running ? <Badge tone="note">Running</Badge> : <Badge tone="warn">Not finished</Badge>;
}
