import { Badge, Button, LongText, ScrollRegion } from '../controls/index.ts';
import type { BackgroundCommand } from '../state/thread-item.ts';

interface BackgroundStateProps {
  readonly command: BackgroundCommand;
}

/** How a command in the background stands, in the line of its card. */
export function BackgroundState({ command }: BackgroundStateProps) {
  switch (command.state) {
    case 'running':
      return <Badge tone="note">Running in the background</Badge>;
    case 'completed':
      return <Badge tone="good">Done</Badge>;
    case 'failed':
      return <Badge tone="bad">Failed</Badge>;
    case 'stopped':
      return <Badge tone="note">Stopped</Badge>;
  }
}

interface BackgroundOutputProps extends BackgroundStateProps {
  readonly onStop: () => void;
}

/** What a command in the background has printed so far, and stopping it alone. */
export function BackgroundOutput({ command, onStop }: BackgroundOutputProps) {
  const isRunning = command.state === 'running';
  const nothing = isRunning ? 'No output yet' : 'No output';
  return (
    <>
      <p className="tool-label">{isRunning ? 'Output so far' : 'Output'}</p>
      <ScrollRegion className="tool-text tool-output" aria-label="Output">
        <LongText text={command.output === '' ? nothing : command.output} />
      </ScrollRegion>
      {isRunning ? (
        <div className="row">
          <p className="small soft">
            The agent continues meanwhile. Its answer ends when this command has ended.
          </p>
          <Button size="s" icon="stop" onClick={onStop}>
            Stop this command
          </Button>
        </div>
      ) : null}
    </>
  );
}
