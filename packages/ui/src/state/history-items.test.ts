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
