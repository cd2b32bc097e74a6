import { expect, it } from 'vitest';
import { type History, type HistoryAction, noHistory, reduceHistory } from './history.ts';

it('takes no answer to an earlier search for one to this', () => {
  const searched = reduceHistory(noHistory, { type: 'history_searched', search: 'engine' });
  const page = { items: [], next: null };
  expect(reduceHistory(searched, { type: 'history_page', search: 'eng', page, before: null })).toBe(searched);
  expect(
    reduceHistory(searched, { type: 'history_page', search: 'engine', page, before: null }).loading,
  ).toBe(false);
});

const at = (minute: number) => `2026-11-24T12:${String(minute).padStart(2, '0')}:00.000Z`;
/** Conversations from the newest minute down. */
const listOf = (...minutes: readonly number[]) =>
  minutes.map((minute) => ({ id: `c${minute}`, title: '', workspace: null, updatedAt: at(minute) }));
const page = (before: string | null, next: string | null, ...minutes: readonly number[]): HistoryAction => ({
  ...{ type: 'history_page', search: '', before },
  page: { items: listOf(...minutes), next },
});
const ids = ({ items }: History) => items.map(({ id }) => id).join(' ');
const loaded = [page(null, 'p1', 9, 8), page('p1', 'p2', 7, 6)].reduce(reduceHistory, noHistory);

it('keeps what is loaded when the list is read again, with what changed before it', () => {
  const renewed = [
    page(null, 'p3', 10, 8),
    {
      ...page(null, 'p3', 10, 8),
      page: { items: [{ ...listOf(6)[0], updatedAt: at(11) }, ...listOf(10)], next: 'p4' },
    },
  ] as HistoryAction[];
  const again = reduceHistory(loaded, renewed[0] as HistoryAction);
  // c9 was removed meanwhile.
  expect([ids(again), again.next]).toEqual(['c10 c8 c7 c6', 'p2']);
  expect(ids(reduceHistory(again, renewed[1] as HistoryAction))).toBe('c6 c10 c8 c7');
});

it('starts over where the newest page does not reach what is loaded', () => {
  const renewed = reduceHistory(loaded, page(null, 'p3', 20, 19));
  expect([ids(renewed), renewed.next]).toEqual(['c20 c19', 'p3']);
  expect(reduceHistory(renewed, page('p2', null, 5))).toBe(renewed);
  expect(ids(reduceHistory(loaded, page(null, null, 9)))).toBe('c9');
});

it('takes an older page once', () => {
  const more = reduceHistory(loaded, page('p2', 'p3', 6, 5));
  expect(ids(more)).toBe('c9 c8 c7 c6 c5');
  expect(reduceHistory(more, page('p2', 'p3', 6, 5))).toBe(more);
});

it('keeps nothing of another search', () => {
  const search = 'engine';
  const found = [
    { type: 'history_searched', search } as const,
    { type: 'history_page', search, before: null, page: { items: listOf(9, 3), next: 'w1' } } as const,
  ].reduce<History>(reduceHistory, loaded);
  expect(ids(found)).toBe('c9 c3');
  const back = reduceHistory(found, { type: 'history_searched', search: '' });
  expect(ids(reduceHistory(back, page(null, 'p1', 9, 8)))).toBe('c9 c8');
});
