import type { ThreadItem } from './thread-item.ts';

/** Tools whose changes the agent program can undo. Source: SDK 0.3.332. */
const fileTools: ReadonlySet<string> = new Set(['Write', 'Edit', 'NotebookEdit']);

/** The message that each turn with changed files began with, by the place of the turn's last item. Pure. */
export function undoableTurns(items: readonly ThreadItem[]): ReadonlyMap<number, string> {
  const turns = new Map<number, string>();
  let promptId: string | null = null;
  let changesFiles = false;
  const end = (last: number): void => {
    if (promptId !== null && changesFiles) turns.set(last, promptId);
  };
  items.forEach((item, index) => {
    if (item.type === 'user') {
      end(index - 1);
      promptId = item.promptId ?? null;
      changesFiles = false;
    } else changesFiles ||= hasChanged(item);
  });
  end(items.length - 1);
  return turns;
}

function hasChanged(item: ThreadItem): boolean {
  if (item.type !== 'tool') return false;
  const isDone = item.result !== null && !item.result.isError;
  return (isDone && fileTools.has(item.name)) || item.inside.some(hasChanged);
}
