import {
  type Task,
  type TaskCall,
  type TaskResult,
  tasksAfterCall,
  tasksAfterResult,
} from '@postern/contract';
import type { ThreadItem } from './thread-item.ts';

const noTasks: readonly Task[] = [];

/** The items after a call about the list: the list of this turn, changed in its place, or a new one that begins with the last. Pure. */
export function withTaskCall(
  items: readonly ThreadItem[],
  call: TaskCall,
  key: string,
): readonly ThreadItem[] {
  const from = items.findLastIndex(({ type }) => type === 'user');
  const at = items.findLastIndex(({ type }) => type === 'tasks');
  const last = items[at];
  const before = last?.type === 'tasks' ? last.tasks : noTasks;
  const tasks = tasksAfterCall(before, call);
  if (last?.type === 'tasks' && at > from) return items.with(at, { ...last, tasks });
  return tasks === before || tasks.length === 0 ? items : [...items, { type: 'tasks', key, tasks }];
}

/** The items after a call about the list has ended. Pure. */
export function withTaskResult(items: readonly ThreadItem[], result: TaskResult): readonly ThreadItem[] {
  const at = items.findLastIndex(({ type }) => type === 'tasks');
  const list = items[at];
  if (list?.type !== 'tasks') return items;
  const tasks = tasksAfterResult(list.tasks, result);
  return tasks === list.tasks ? items : items.with(at, { ...list, tasks });
}
