import { type Conversation, type ConversationItem, isSamePrompt, isTaskCall } from '@postern/contract';
import { itemsOfHistory } from './history-items.ts';
import type { Thread } from './thread.ts';
import type { ThreadItem } from './thread-item.ts';

/** Pages come newest first, so each goes before what is here. */
export function withPage(thread: Thread, newer: Conversation): Thread {
  const { read } = thread;
  const page = read.length === 0 ? withoutTurnsOf(thread, newer) : newer;
  const [first, ...others] = thread.items;
  // What was asked while the newest page was read went out after it: it goes on where that page was cut off.
  const goesOn =
    read.length === 0 &&
    first?.type === 'user' &&
    endsIn({ items: itemsOfHistory(page.items, 'h') }, first.text, first.files);
  const items = goesOn ? others : thread.items;
  return {
    ...thread,
    conversationId: page.id,
    title: page.title,
    workspace: page.workspace,
    read: [...page.items, ...read],
    items: read.some(isAboutTasks)
      ? withTasksFromBefore(items, [...page.items, ...read])
      : [...itemsOfHistory(page.items, 'h', read.length), ...items],
    loaded: page.next === null ? { state: 'all' } : { state: 'more', before: page.next },
  };
}

/** As it is where the newest prompt is here; otherwise as the history has it. */
export function caughtUp(thread: Thread, page: Conversation): Thread {
  const newest = page.items.findLast(({ type }) => type === 'user');
  const last = thread.items.findLast(({ type }) => type === 'user');
  if (newest?.type !== 'user') return thread;
  const isHere =
    last?.type === 'user' &&
    (newest.promptId === undefined || last.promptId === undefined
      ? newest.text === last.text
      : isSamePrompt(newest.promptId, last.promptId));
  if (isHere) return thread;
  return withPage({ ...thread, items: [], read: [] }, page);
}

/** A newest page that was read late has what was asked here meanwhile as well, with its answer. */
function withoutTurnsOf({ items }: Thread, page: Conversation): Conversation {
  const here = items.flatMap((item) => (item.type === 'user' && item.promptId ? [item.promptId] : []));
  const from = page.items.findIndex(
    (said) =>
      said.type === 'user' &&
      said.promptId !== undefined &&
      here.some((each) => isSamePrompt(each, said.promptId ?? '')),
  );
  return from < 0 ? page : { ...page, items: page.items.slice(0, from) };
}

function isAboutTasks(said: ConversationItem): boolean {
  return said.type === 'tool_use' && isTaskCall(said);
}

/** A list of tasks goes on from the one before it, so those that are here change with what is older. */
function withTasksFromBefore(
  items: readonly ThreadItem[],
  history: readonly ConversationItem[],
): readonly ThreadItem[] {
  // What a subagent did may have been read since, and the rest need not be drawn again.
  const here = new Map(items.map((item) => [item.key, item]));
  const rebuilt = itemsOfHistory(history, 'h').map((item) =>
    item.type === 'tasks' ? item : (here.get(item.key) ?? item),
  );
  return [...rebuilt, ...items.filter(({ key }) => !key.startsWith('h.'))];
}

/** Whether it ends in this very prompt: what was cut off before it was answered goes on, and stands there once. */
export function endsIn({ items }: Pick<Thread, 'items'>, prompt: string, files: readonly string[]): boolean {
  const last = items.findLast(({ type }) => type !== 'note');
  return last?.type === 'user' && last.text === prompt && files.length === 0;
}
