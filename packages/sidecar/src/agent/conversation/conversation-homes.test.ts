import { expect, it, onTestFinished } from 'vitest';
import { openTestStore, temporaryDirectory } from '../../../test/support/store/harness.ts';
import { conversationHomes } from './conversation-homes.ts';

it('where a conversation lives is kept, for as many as there are', async () => {
  const directory = temporaryDirectory();
  const store = await openTestStore(directory.path);
  onTestFinished(async () => {
    await store.close();
    directory.remove();
  });
  const homes = conversationHomes(store.sql);
  store.sql.transaction(() => {
    for (let number = 0; number < 2_500; number += 1) homes.note(`c${number}`, 'claude_code:default');
  });
  homes.note('c1', 'claude_code:work');
  homes.note('c2', 'claude_code:work');
  homes.forget('c2');

  expect(homes.of('c0')).toBe('claude_code:default');
  expect(homes.of('c1')).toBe('claude_code:work');
  expect(homes.of('c2')).toBeUndefined();
  expect(homes.credentials().toSorted()).toEqual(['claude_code:default', 'claude_code:work']);
});
