import { expect, it } from 'vitest';
import { noHistory, reduceHistory } from './history.ts';

it('takes no answer to an earlier search for one to this', () => {
  const searched = reduceHistory(noHistory, { type: 'history_searched', search: 'engine' });
  const page = { items: [], next: null };
  expect(reduceHistory(searched, { type: 'history_page', search: 'eng', page, more: false })).toBe(searched);
  expect(reduceHistory(searched, { type: 'history_page', search: 'engine', page, more: false }).loading).toBe(
    false,
  );
});
