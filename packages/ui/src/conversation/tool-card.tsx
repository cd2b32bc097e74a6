import { type DeniedBy, describeToolCall, visibleText } from '@postern/contract';
import { useEffect, useMemo, useRef } from 'react';
import { Badge, Button, Icon, LongText, ScrollRegion, VisibleText } from '../controls/index.ts';
import { shortPath } from '../format/index.ts';
import type { ThreadItem, ToolResult } from '../state/thread-item.ts';
import { BackgroundOutput, BackgroundState } from './background-command.tsx';
import { DiffView } from './diff-view.tsx';
import { Fold } from './disclosure-state.tsx';
import { MarkdownText } from './markdown.tsx';
import { ToolInput } from './tool-input.tsx';

interface ToolCardProps {
  readonly tool: Extract<ThreadItem, { type: 'tool' }>;
  /** Whether its query still runs: without it, a call that gave nothing back never will. */
  readonly running: boolean;
  /** The tools that the user is being asked about; the same set while the questions are the same. */
  readonly asked: ReadonlySet<string>;
  /** Reads what the subagent of this call did, where the history has it. */
  readonly onInside?: ((toolUseId: string) => void) | undefined;
  /** Stops the command of a call that runs in the background. */
  readonly onStopCommand?: ((toolUseId: string) => void) | undefined;
}

/** A tool call: what it does in one line; unfolded, what went in and what came out. A change unfolds automatically. */
export function ToolCard({ tool, ...context }: ToolCardProps) {
  const { running, asked, onInside, onStopCommand } = context;
  const { action, target, icon, parts } = useMemo(() => describeToolCall(tool.name, tool.input), [tool]);
  const { result, inside } = tool;
  // As the stream counts them: the history has thoughts and the prompt as well.
  const steps = inside.filter(({ type }) => type === 'tool' || type === 'text').length;
  const subject = target === null ? null : subjectOf(target, icon);
  const summary = (
    <span className="tool-summary">
      <Icon name={icon} size={16} />
      <span className="tool-does">
        <VisibleText text={action} />
      </span>
      {subject === null ? null : (
        <code className="tool-target" title={visibleText(target?.slice(0, titleLength) ?? '')}>
          <VisibleText text={subject} dir="ltr" />
        </code>
      )}
      {steps === 0 ? null : (
        <span className="small soft tool-steps">{steps === 1 ? '1 step' : `${steps} steps`}</span>
      )}
      {tool.background === undefined ? (
        <ToolState result={result} running={running} asking={asked.has(tool.name)} />
      ) : (
        <BackgroundState command={tool.background} />
      )}
    </span>
  );
  return (
    <Fold name={tool.key} className="tool-card" startsOpen={result?.diff != null} summary={summary}>
      <div className="tool-body">
        {tool.name !== subagentTool || inside.length > 0 || result === null ? null : (
          <Needed onNeeded={() => onInside?.(tool.toolUseId)} />
        )}
        {result?.diff == null ? (
          <ScrollRegion className="tool-text" aria-label="Input">
            <ToolInput parts={parts} />
          </ScrollRegion>
        ) : (
          <DiffView diff={result.diff} path={result.path} />
        )}
        <SubagentReading tool={tool} onAgain={() => onInside?.(tool.toolUseId)} />
        {inside.length === 0 ? null : (
          <>
            <p className="tool-label">What the subagent does</p>
            <div className="tool-inside">
              {inside.map((item) =>
                item.type === 'tool' ? (
                  <ToolCard key={item.key} tool={item} {...context} />
                ) : item.type === 'text' ? (
                  <MarkdownText key={item.key} text={item.text} />
                ) : item.type === 'note' ? (
                  <p key={item.key} className="soft">
                    {item.text}
                  </p>
                ) : null,
              )}
            </div>
          </>
        )}
        {tool.background === undefined ? null : (
          <BackgroundOutput command={tool.background} onStop={() => onStopCommand?.(tool.toolUseId)} />
        )}
        {result === null || tool.background !== undefined ? null : (
          <>
            <p className="tool-label">
              {result.deniedBy !== null ? 'Sent to the agent' : result.isError ? 'What went wrong' : 'Output'}
            </p>
            <ScrollRegion className="tool-text tool-output" aria-label="Output">
              <LongText text={result.content === '' ? 'No output' : result.content} />
            </ScrollRegion>
          </>
        )}
      </div>
    </Fold>
  );
}

/** Source: SDK 0.3.332. */
const subagentTool = 'Agent';

/** Tells once that what it stands for is wanted: a folded card draws nothing. */
function Needed({ onNeeded }: { readonly onNeeded: () => void }) {
  const tell = useRef(onNeeded);
  useEffect(() => {
    tell.current();
  }, []);
  return null;
}

interface SubagentReadingProps {
  readonly tool: ToolCardProps['tool'];
  readonly onAgain: () => void;
}

/** How reading what a subagent did stands, until it is here. */
function SubagentReading({ tool, onAgain }: SubagentReadingProps) {
  if (tool.inside.length > 0 || tool.reading === undefined) return null;
  if (tool.reading === 'loading')
    return (
      <p className="soft" role="status">
        Loading what the subagent did…
      </p>
    );
  if (tool.reading === 'empty') return <p className="soft">The subagent’s steps were not kept.</p>;
  return (
    <div className="row">
      <p role="status">The subagent’s steps could not be read.</p>
      <Button size="s" icon="retry" onClick={onAgain}>
        Try again
      </Button>
    </div>
  );
}

/** One line shows no more, and a tip not much more. */
const subjectLength = 200;
const titleLength = 2_000;

/** What stands in the one line of a card; all of it is in the card. */
function subjectOf(target: string, icon: string): string {
  const line = target.slice(0, titleLength).trimStart().split('\n', 1)[0] ?? '';
  const shown = icon === 'file' ? shortPath(line) : line.slice(0, subjectLength);
  return shown.length < target.trim().length && !shown.startsWith('…') ? `${shown}…` : shown;
}

const deniedWords: Readonly<Record<DeniedBy, string>> = {
  person: 'Denied by you',
  no_answer: 'Denied: no answer',
  rule: 'Denied by a rule',
};

interface ToolStateProps extends Pick<ToolCardProps, 'running'> {
  readonly result: ToolResult | null;
  readonly asking: boolean;
}

function ToolState({ result, running, asking }: ToolStateProps) {
  if (result !== null && result.deniedBy !== null)
    return <Badge tone="note">{deniedWords[result.deniedBy]}</Badge>;
  if (result !== null)
    return result.isError ? <Badge tone="bad">Failed</Badge> : <Badge tone="good">Done</Badge>;
  if (asking) return <Badge tone="warn">Needs your answer</Badge>;
  return running ? <Badge tone="note">Running</Badge> : <Badge tone="warn">Not finished</Badge>;
}
