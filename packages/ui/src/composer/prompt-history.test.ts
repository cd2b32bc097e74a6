import { expect, it } from 'vitest';
import { atDraft, walkPrompts } from './prompt-history.ts';

it('walks back to what was asked before and forward again to the draft', () => {
  const earlier = ['second', 'first'];
  const one = walkPrompts(atDraft, 'older', 'my draft', earlier);
  expect(one?.text).toBe('second');
  const two = walkPrompts(one?.walk ?? atDraft, 'older', 'second', earlier);
  expect(two?.text).toBe('first');
  expect(walkPrompts(two?.walk ?? atDraft, 'older', 'first', earlier)).toBeNull();
  const back = walkPrompts(one?.walk ?? atDraft, 'newer', 'second', earlier);
  expect(back).toMatchObject({ walk: { at: 0, draft: 'my draft' }, text: 'my draft' });
  expect(walkPrompts(atDraft, 'newer', '', earlier)).toBeNull();
});
