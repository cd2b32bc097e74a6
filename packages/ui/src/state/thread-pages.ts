import { type Conversation, type ConversationItem, isSamePrompt, isTaskCall } from '@postern/contract';
import { itemsOfHistory } from './history-items.ts';
import { beginsTurn, receiptItems, receiptsIn, withReceipts } from './history-receipts.ts';
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
  const shown = read.some(isAboutTasks)
    ? withTasksFromBefore(items, [...page.items, ...read])
    : [...itemsOfHistory(page.items, 'h', read.length), ...items];
  return {
    ...thread,
    conversationId: page.id,
    title: page.title,
    workspace: page.workspace,
    read: [...page.items, ...read],
    items: withReceipts(shown, [...receiptItems(newer.receipts), ...receiptsIn(items)]),
    loaded: page.next === null ? { state: 'all' } : { state: 'more', before: page.next },
  };
}

/**
 * With the turns of the newest page that are not here. Where none of it is here, it takes the place of what is; what was asked here and did not
 * begin stays in any case, with what became of it.
 */
export function caughtUp(thread: Thread, page: Conversation): Thread {
  const caught = withNewestPage(thread, page);
  const items = withReceipts(caught.items, receiptItems(page.receipts));
  return items === caught.items ? caught : { ...caught, items };
}

function withNewestPage(thread: Thread, page: Conversation): Thread {
  const { items, nextKey } = thread;
  const at = items.findLastIndex((item) => item.type === 'user' && isKept(item));
  const known = items[at];
  const unsent = items.findIndex((item, index) => index > at && item.type === 'user' && !isKept(item));
  const end = unsent < 0 ? items.length : unsent;
  if (known?.type === 'user') {
    const here = page.items.findLastIndex((said) => said.type === 'user' && isSaid(said, known));
    if (here >= 0) {
      const next = page.items.findIndex((_, index) => index > here && beginsTurn(page.items, index));
      if (next < 0) return thread;
      const missed = itemsOfHistory(page.items.slice(next), `${missedPrefix}${nextKey}`);
      return {
        ...thread,
        items: [...items.slice(0, end), ...missed, ...items.slice(end)],
        nextKey: nextKey + 1,
      };
    }
    if (!page.items.some(({ type }) => type === 'user') && endsAlike(items, page.items)) return thread;
  }
  return withPage({ ...thread, items: items.slice(end), read: [] }, page);
}

const missedPrefix = 'm';

/** The program has it: it was read from the history, or its turn began. */
function isKept({ key, promptId }: Extract<ThreadItem, { type: 'user' }>): boolean {
  return promptId !== undefined || key.startsWith('h.') || key.startsWith(missedPrefix);
}

function isSaid(
  said: Extract<ConversationItem, { type: 'user' }>,
  { promptId, text }: Extract<ThreadItem, { type: 'user' }>,
): boolean {
  return said.promptId === undefined || promptId === undefined
    ? said.text === text
    : isSamePrompt(said.promptId, promptId);
}

/** Of a turn that is longer than a page: whether both end in the same words. */
function endsAlike(items: readonly ThreadItem[], said: readonly ConversationItem[]): boolean {
  const here = items.findLast(({ type }) => type === 'text');
  const there = said.findLast(({ type }) => type === 'assistant_text');
  return here?.type === 'text' && there?.type === 'assistant_text' && here.text === there.text;
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

/** Whether it ends in this very prompt, asked again without files: what was cut off before it was answered goes on, and stands there once. */
export function endsIn({ items }: Pick<Thread, 'items'>, prompt: string, files: readonly string[]): boolean {
  const last = items.findLast(({ type }) => type !== 'note' && type !== 'receipt');
  return last?.type === 'user' && last.text === prompt && files.length === 0;
}
