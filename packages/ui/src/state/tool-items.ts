import { isTaskCall, type TaskCall } from '@postern/contract';
import { withTaskCall, withTaskResult } from './task-list.ts';
import type { BackgroundCommand, ThreadItem, ToolResult } from './thread-item.ts';

type Tool = Extract<ThreadItem, { type: 'tool' }>;

/** The items after a tool call: below the call of the subagent that makes it, else at the end. Pure. */
export function withToolCall(
  items: readonly ThreadItem[],
  { parentToolUseId = null, ...call }: TaskCall & { readonly parentToolUseId?: string | null | undefined },
  key: string,
): readonly ThreadItem[] {
  const { toolUseId, name, input } = call;
  const tool: Tool = { type: 'tool', key, toolUseId, name, input, result: null, inside: [] };
  const nested = parentToolUseId === null ? null : withInside(items, parentToolUseId, tool);
  if (nested !== null) return nested;
  return isTaskCall(call) ? withTaskCall(items, call, key) : [...items, tool];
}

/** The items after something was said by a subagent; the same where its call is not here. Pure. */
export function withSubagentText(
  items: readonly ThreadItem[],
  parentToolUseId: string,
  text: string,
  key: string,
): readonly ThreadItem[] {
  return withInside(items, parentToolUseId, { type: 'text', key, text }) ?? items;
}

/** The items after the history said what a subagent did; what is there already stays. Pure. */
export function withSubagentItems(
  items: readonly ThreadItem[],
  toolUseId: string,
  inside: readonly ThreadItem[],
): readonly ThreadItem[] {
  const read = ({ reading: _, ...tool }: Tool): Tool => {
    if (tool.inside.length > 0) return tool;
    return inside.length > 0 ? { ...tool, inside } : { ...tool, reading: 'empty' };
  };
  return changed(items, toolUseId, read) ?? items;
}

/** The items while the history is asked what a subagent did, or after that failed. Pure. */
export function withSubagentReading(
  items: readonly ThreadItem[],
  toolUseId: string,
  reading: 'loading' | 'failed',
): readonly ThreadItem[] {
  return changed(items, toolUseId, (tool) => ({ ...tool, reading })) ?? items;
}

/** The items after a tool call has ended. Pure. */
export function withResult(
  items: readonly ThreadItem[],
  toolUseId: string,
  result: ToolResult,
): readonly ThreadItem[] {
  const found = changed(items, toolUseId, (tool) => ({ ...tool, result }));
  if (found !== null) return found;
  return withTaskResult(items, { toolUseId, content: result.content, isError: result.isError });
}

/** The items after a command went to the background, or ended there. Pure. */
export function withBackground(
  items: readonly ThreadItem[],
  toolUseId: string,
  state: BackgroundCommand['state'],
): readonly ThreadItem[] {
  const to = (tool: Tool): Tool => ({
    ...tool,
    background: { output: tool.background?.output ?? '', state },
  });
  return changed(items, toolUseId, to) ?? items;
}

/** Characters of a command's output that are kept here: its end is what counts. */
const longestOutput = 100_000;

/** The items after such a command printed something. Pure. */
export function withBackgroundOutput(
  items: readonly ThreadItem[],
  {
    toolUseId,
    text,
    skippedBytes = 0,
  }: { toolUseId: string; text: string; skippedBytes?: number | undefined },
): readonly ThreadItem[] {
  const gap = skippedBytes === 0 ? '' : '\n[…]\n';
  const to = (tool: Tool): Tool => {
    const { state, output } = tool.background ?? { state: 'running', output: '' };
    return { ...tool, background: { state, output: `${output}${gap}${text}`.slice(-longestOutput) } };
  };
  return changed(items, toolUseId, to) ?? items;
}

/** The items after their query has ended: nothing of it runs. Pure. */
export function withoutBackground(items: readonly ThreadItem[]): readonly ThreadItem[] {
  if (!items.some(runsInBackground)) return items;
  return items.map((item) =>
    item.type !== 'tool' || !runsInBackground(item)
      ? item
      : {
          ...item,
          inside: withoutBackground(item.inside),
          ...(item.background === undefined ? {} : { background: ended(item.background) }),
        },
  );
}

function runsInBackground(item: ThreadItem): boolean {
  return item.type === 'tool' && (item.background?.state === 'running' || item.inside.some(runsInBackground));
}

function ended({ state, output }: BackgroundCommand): BackgroundCommand {
  return { output, state: state === 'running' ? 'stopped' : state };
}

function withInside(
  items: readonly ThreadItem[],
  parentToolUseId: string,
  item: ThreadItem,
): readonly ThreadItem[] | null {
  return changed(items, parentToolUseId, (tool) => ({ ...tool, inside: [...tool.inside, item] }));
}

/** Null where the call is not among them, on any level. */
function changed(
  items: readonly ThreadItem[],
  toolUseId: string,
  to: (tool: Tool) => Tool,
): readonly ThreadItem[] | null {
  for (let at = items.length - 1; at >= 0; at -= 1) {
    const item = items[at];
    if (item?.type !== 'tool') continue;
    if (item.toolUseId === toolUseId) return items.with(at, to(item));
    const inside = item.inside.length === 0 ? null : changed(item.inside, toolUseId, to);
    if (inside !== null) return items.with(at, { ...item, inside });
  }
  return null;
}
