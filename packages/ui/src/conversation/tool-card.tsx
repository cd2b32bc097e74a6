import type { DeniedBy } from '@postern/contract';
import { Badge, Icon } from '../controls/index.ts';
import { shortPath } from '../format/index.ts';
import { DiffView } from './diff-view.tsx';
import { Fold } from './kept-open.tsx';
import type { ThreadItem, ToolResult } from './thread-item.ts';
import { inputText, toolWording } from './tool-wording.ts';

interface ToolCardProps {
  readonly tool: Extract<ThreadItem, { type: 'tool' }>;
  /** Whether its query still runs: without it, a call that gave nothing back never will. */
  readonly running: boolean;
  /** Whether a person is being asked about it. */
  readonly asking: boolean;
}

/** A tool call: what it does in one line; unfolded, what went in and what came out. A change unfolds by itself. */
export function ToolCard({ tool, running, asking }: ToolCardProps) {
  const { does, target, icon } = toolWording(tool.name, tool.input);
  const { result } = tool;
  const summary = (
    <span className="tool-summary">
      <Icon name={icon} size={16} />
      <span className="tool-does">{does}</span>
      {target === null ? null : (
        <code className="tool-target" title={target}>
          {icon === 'file' ? shortPath(target) : target}
        </code>
      )}
      <ToolState result={result} running={running} asking={asking} />
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
            <p className="tool-label">
              {result.deniedBy !== null
                ? 'What the agent was told'
                : result.isError
                  ? 'What went wrong'
                  : 'Output'}
            </p>
            <pre className="tool-text">{result.content === '' ? 'Nothing' : result.content}</pre>
          </>
        )}
      </div>
    </Fold>
  );
}

const deniedWords: Readonly<Record<DeniedBy, string>> = {
  person: 'Denied by you',
  no_answer: 'Denied: no answer',
  rule: 'Denied by a rule',
};

interface ToolStateProps extends Omit<ToolCardProps, 'tool'> {
  readonly result: ToolResult | null;
}

function ToolState({ result, running, asking }: ToolStateProps) {
  if (result !== null && result.deniedBy !== null)
    return <Badge tone="note">{deniedWords[result.deniedBy]}</Badge>;
  if (result !== null)
    return result.isError ? <Badge tone="bad">Failed</Badge> : <Badge tone="good">Done</Badge>;
  if (asking) return <Badge tone="warn">Waits for you</Badge>;
  return running ? <Badge tone="note">Running</Badge> : <Badge tone="warn">Not finished</Badge>;
}
