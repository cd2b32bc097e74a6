import { expect, it } from 'vitest';
import { isSamePrompt, sharedPromptId } from './prompt-id.ts';

const query = '3f1d2c4b-5a69-4788-9011-223344556677';

it('knows a prompt by its query and by each time it was sent', () => {
  const sent = '3f1d2c4b-5a69-8788-aaaa-000000000001';
  const again = '3f1d2c4b-5a69-8788-bbbb-000000000002';
  expect(sharedPromptId(query)).toBe('3f1d2c4b-5a69-8788');
  expect(isSamePrompt(query, sent)).toBe(true);
  expect(isSamePrompt(sent, again)).toBe(true);
  expect(isSamePrompt(query, '3f1d2c4b-5a69-8789-aaaa-000000000001')).toBe(false);
});

it('takes what is no uuid by the letter', () => {
  expect(sharedPromptId('q1')).toBeNull();
  expect(isSamePrompt('q1', 'q1')).toBe(true);
  expect(isSamePrompt('q1', 'q2')).toBe(false);
});
