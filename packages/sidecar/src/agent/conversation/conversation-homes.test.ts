import { expect, it } from 'vitest';
import { conversationHomes } from './conversation-homes.ts';

function documents(stored: unknown = null) {
  let document = stored;
  let writes = 0;
  return {
    writes: () => writes,
    read: () => document,
    update(_name: string, change: (current: unknown) => unknown) {
      writes += 1;
      document = JSON.parse(JSON.stringify(change(document)));
      return document;
    },
  };
}

it('where a conversation lives is written once, and again only where it changes', () => {
  const store = documents();
  const homes = conversationHomes(store);
  homes.note('c1', 'claude_code:default');
  homes.note('c1', 'claude_code:default');
  homes.note('c2', 'claude_code:work');

  expect(homes.all()).toEqual({ c1: 'claude_code:default', c2: 'claude_code:work' });
  expect(store.writes()).toBe(2);
});

it('the oldest are forgotten, and a damaged document counts as empty', () => {
  const many = Object.fromEntries(
    Array.from({ length: 2_500 }, (_, at) => [`c${at}`, 'claude_code:default']),
  );
  const homes = conversationHomes(documents(many));
  homes.note('newest', 'claude_code:default');

  expect(Object.keys(homes.all())).toHaveLength(2_000);
  expect(homes.all()).toHaveProperty('newest');
  expect(homes.all()).not.toHaveProperty('c0');
  expect(conversationHomes(documents(['damaged'])).all()).toEqual({});
});
