import type { Task } from '@postern/contract';
import { Icon, VisibleText } from '../controls/index.ts';

interface TaskCardProps {
  readonly tasks: readonly Task[];
  /** Whether its query still runs: without it, nothing is under way. */
  readonly running: boolean;
}

const words: Readonly<Record<Task['status'], string>> = {
  pending: 'To do',
  in_progress: 'Under way',
  completed: 'Done',
};

/** What the agent means to do, as it stands now: changed in its place, never written a second time. */
export function TaskCard({ tasks, running }: TaskCardProps) {
  const done = tasks.filter(({ status }) => status === 'completed').length;
  return (
    <section className="tool-card task-card" aria-label="Tasks">
      <p className="tool-summary">
        <Icon name="note" size={16} />
        <span className="tool-does">Tasks</span>
        <span className="small soft">{tasks.length === 0 ? 'None' : `${done} of ${tasks.length} done`}</span>
      </p>
      {tasks.length === 0 ? null : (
        <ul className="task-list">
          {tasks.map(({ subject, doing, status }, index) => {
            const isNow = status === 'in_progress' && running;
            return (
              <li key={taskKey(index)} className={`task task-${status}`}>
                <span
                  className="task-mark"
                  role="img"
                  aria-label={status === 'in_progress' && !running ? 'Not finished' : words[status]}
                >
                  {status === 'completed' ? <Icon name="check" size={14} /> : null}
                </span>
                <VisibleText text={isNow && doing !== '' ? doing : subject} />
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

/** Tasks may have the same words; their order is the agent's. */
function taskKey(index: number): string {
  return `t${index}`;
}
