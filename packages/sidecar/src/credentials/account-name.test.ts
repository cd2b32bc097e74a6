import { expect, it } from 'vitest';
import { accountInSentence } from './account-name.ts';

const accounts = [
  { id: 'oauth:work', label: 'Work' },
  { id: 'api_key:default', label: null },
  { id: 'claude_code:default', label: 'At home' },
];

it.each([
  ['oauth:default', 'sign-in'],
  ['oauth:work', 'sign-in “Work”'],
  ['oauth:other', 'sign-in “other”'],
  ['api_key:default', 'API key'],
  ['claude_code:default', 'Claude Code sign-in “At home”'],
  ['of_tomorrow:x', 'of_tomorrow:x'],
])('%s is called “%s” in a sentence', (id, name) => {
  expect(accountInSentence(id, accounts)).toBe(name);
});
