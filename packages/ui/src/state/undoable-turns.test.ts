import { expect, it } from 'vitest';
import type { ThreadItem, ToolResult } from './thread-item.ts';
import { undoableTurns } from './undoable-turns.ts';

const done: ToolResult = { content: '', isError: false, deniedBy: null, path: null, diff: null };
const asked = (promptId?: string): ThreadItem => ({
  ...{ type: 'user', key: 'u', text: 'go', files: [] },
  ...(promptId === undefined ? {} : { promptId }),
});
const said: ThreadItem = { type: 'text', key: 't', text: 'Done' };
const tool = (
  name: string,
  result: ToolResult | null = done,
  inside: readonly ThreadItem[] = [],
): ThreadItem => ({
  ...{ type: 'tool', key: 'k', toolUseId: 'u', name, input: {}, result, inside },
});

it('finds the turns whose files can be restored, by their last item', () => {
  const items = [asked('a'), tool('Write'), said, asked('b'), tool('Bash'), said, asked('c'), tool('Edit')];
  expect([...undoableTurns(items)]).toEqual([
    [2, 'a'],
    [7, 'c'],
  ]);
});

it('counts what a subagent changed, and nothing that was refused or whose message has no name', () => {
  const refused = tool('Edit', { ...done, isError: true, deniedBy: 'person' });
  expect([...undoableTurns([asked('a'), tool('Agent', done, [tool('Write')])])]).toEqual([[1, 'a']]);
  expect([...undoableTurns([asked('a'), refused, tool('Write', null)])]).toEqual([]);
  expect([...undoableTurns([asked(), tool('Write')])]).toEqual([]);
});
