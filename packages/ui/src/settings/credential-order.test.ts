import { expect, it } from 'vitest';
import { moved } from './credential-order.ts';

it('moves a kind up, down, and no further than the ends', () => {
  const order = ['oauth', 'claude_code', 'console_profile', 'api_key'] as const;
  expect(moved(order, 'api_key', 0)).toEqual(['api_key', 'oauth', 'claude_code', 'console_profile']);
  expect(moved(order, 'oauth', 1)).toEqual(['claude_code', 'oauth', 'console_profile', 'api_key']);
  expect(moved(order, 'oauth', -3)).toEqual(order);
  expect(moved(order, 'api_key', 9)).toEqual(order);
});
