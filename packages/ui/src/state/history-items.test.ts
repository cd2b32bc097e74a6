import { expect, it } from 'vitest';
import { itemsOfHistory } from './history-items.ts';

it('says where something of a conversation is missing, in its place', () => {
  const items = itemsOfHistory(
    [
      { type: 'user', text: 'Hello', at: null },
      { type: 'gap', reason: 'missing' },
      { type: 'assistant_text', text: 'An answer' },
      { type: 'gap', reason: 'unfinished' },
    ],
    'h',
  );
  expect(items.map(({ type }) => type)).toEqual(['user', 'note', 'text', 'note']);
  expect(items[3]).toMatchObject({ text: expect.stringMatching(/broke off .* does not know of it/) });
  expect(items[1]).toMatchObject({ key: 'h.3', text: expect.stringMatching(/missing: it was not saved/) });
});

it('shows what a tool changed in a file as it was shown when it did', () => {
  const result = { content: 'Updated.', isError: false, path: '/p/a.txt', diff: '@@ -1 +1 @@\n-a\n+b\n' };
  const items = itemsOfHistory(
    [
      { type: 'tool_use', toolUseId: 't1', name: 'Write', input: {} },
      { type: 'tool_result', toolUseId: 't1', ...result },
    ],
    'h',
  );
  expect(items).toMatchObject([{ type: 'tool', result: { ...result, deniedBy: null } }]);
});
