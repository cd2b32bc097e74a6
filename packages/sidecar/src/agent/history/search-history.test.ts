import { expect, it } from 'vitest';
import {
  type HistoryHouse,
  openHistoryHouse,
  sessionId,
  sessionLine,
  settled,
} from '../../../test/support/agent/session-files.ts';
import type { ConversationHistory } from './conversation-history.ts';

const { user, assistant } = sessionLine;

/** A history of conversations, each said at its minute and given as [question, answer]. */
async function historyOf(
  house: HistoryHouse,
  said: readonly (readonly [string, string])[],
): Promise<ConversationHistory> {
  const history = house.open();
  for (const [number, [question, answer]] of said.entries()) {
    const timestamp = new Date(Date.UTC(2026, 10, 28, 10, number)).toISOString();
    house.write(sessionId(number), [user(question, { timestamp }), assistant(answer, { timestamp })]);
    await history.items(sessionId(number), { limit: 1, before: null });
  }
  await settled(history);
  return history;
}

async function found(history: ConversationHistory, search: string): Promise<string[]> {
  return (await history.list({ limit: 50, before: null, search })).items.map(({ title }) => title);
}

it('finds what was said in questions and answers, the latest first', async () => {
  const history = await historyOf(openHistoryHouse(), [
    ['Where is the café?', 'Turn left at the church.'],
    ['A recipe', 'Half a pound of butter; the café is shut.'],
    ['Nothing', 'of interest'],
  ]);

  expect(await found(history, 'CAFE')).toEqual(['A recipe', 'Where is the café?']);
  expect(await found(history, 'café left')).toEqual(['Where is the café?']);
  expect(await found(history, 'but')).toEqual(['A recipe']);
  expect(await found(history, 'zebra')).toEqual([]);
  expect(await found(history, '***')).toEqual([]);
  expect(await found(history, ' ')).toHaveLength(3);
});

it('finds in titles what has no word in it, as it is typed, and pages through it', async () => {
  const history = await historyOf(openHistoryHouse(), [
    ['100 % of it', 'yes'],
    ['Ship it 🚀', 'no 🦓'],
    ['A "quoted" thing', 'yes'],
    ['No % _ 🚀🚀', 'yes'],
    ['Nothing', '% 🚀'],
  ]);
  expect(await found(history, '%')).toEqual(['No % _ 🚀🚀', '100 % of it']);
  expect(await found(history, '"')).toEqual(['A "quoted" thing']);
  expect(await found(history, '🚀🚀')).toEqual(['No % _ 🚀🚀']);
  expect(await found(history, '_')).toEqual(['No % _ 🚀🚀']);
  expect(await found(history, '🦓')).toEqual([]);

  const first = await history.list({ limit: 1, before: null, search: '🚀' });
  expect(first.items).toMatchObject([
    { snippet: 'No % _ 🚀🚀', marks: [{ start: 7 }, { start: 9, end: 11 }] },
  ]);
  const second = await history.list({ limit: 1, before: first.next, search: '🚀' });
  expect([second.items.map(({ title }) => title), second.next]).toEqual([['Ship it 🚀'], null]);
  for (const before of ['w1', 't1', '1.a'])
    await expect(history.list({ limit: 1, before, search: '🚀' })).rejects.toMatchObject({
      code: 'bad_request',
    });
});

it('shows a piece of it, with the words marked', async () => {
  const history = await historyOf(openHistoryHouse(), [
    ['Hello', `${'Far before. '.repeat(40)}Half a pound\n\nof butter${' and more'.repeat(40)}`],
    ['価格は12円', 'はい'],
  ]);
  const marked = async (search: string): Promise<(string | undefined)[]> => {
    const [item] = (await history.list({ limit: 1, before: null, search })).items;
    return [item?.snippet, ...(item?.marks ?? []).map(({ start, end }) => item?.snippet?.slice(start, end))];
  };

  const [snippet, ...words] = await marked('butter pound');
  expect(words).toEqual(['pound', 'butter']);
  expect(snippet).toContain('Half a pound of butter');
  expect(snippet?.length).toBeLessThan(300);
  expect(await marked('価格')).toEqual(['価格は12円 はい', '価格']);
  expect(await marked('POU')).toContain('pound');
});

it('shows of each conversation what was said in it', async () => {
  const history = await historyOf(openHistoryHouse(), [
    ['A plan', 'for spring'],
    ['A plan', 'for autumn'],
    ['A plan', 'for winter'],
  ]);
  const { items } = await history.list({ limit: 50, before: null, search: 'plan' });
  expect(items.map(({ snippet }) => snippet?.split(' ').at(-1))).toEqual(['winter', 'autumn', 'spring']);
  const { next } = await history.list({ limit: 1, before: null, search: 'plan' });
  expect((await history.list({ limit: 1, before: next, search: 'plan' })).items).toMatchObject([
    { snippet: 'A plan for autumn' },
  ]);
});

it('is paged without a gap or a repetition, whole words first', async () => {
  const said = Array.from({ length: 7 }, (_, number): [string, string] => [
    `Plan ${number} plan`,
    number === 3 ? 'plane' : 'plan again',
  ]);
  const house = openHistoryHouse();
  const history = await historyOf(house, said);
  // Said again in the oldest: it comes first, and only once.
  house.write(sessionId(0), [
    user('Plan 0 plan'),
    assistant('plan again'),
    user('plan b'),
    assistant('plan c'),
  ]);
  await history.items(sessionId(0), { limit: 1, before: null });
  for (const search of ['plan', 'pla']) {
    const titles: string[] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof history.list>> = await history.list({ limit: 2, before, search });
      titles.push(...page.items.map(({ title }) => title));
      before = page.next;
    } while (before !== null);
    expect(titles.toSorted()).toEqual(said.map(([question]) => question));
  }
  for (const before of ['nonsense', '1.a', '7'])
    await expect(history.list({ limit: 2, before, search: 'plan' })).rejects.toMatchObject({
      code: 'bad_request',
    });
});

it('finds those behind a conversation that has the word very often', async () => {
  const house = openHistoryHouse();
  const often = Array.from({ length: 100 }, () => assistant(`plan ${'and more '.repeat(500)}`));
  house.write(sessionId(0), [user('Oldest plan')]);
  house.write(sessionId(1), [user('Long'), ...often]);
  house.write(sessionId(2), [user('Longer'), ...often]);
  const history = house.open();
  for (const number of [0, 1, 2, 1]) await history.items(sessionId(number), { limit: 1, before: null });

  expect((await found(history, 'plan')).toSorted()).toEqual(['Long', 'Longer', 'Oldest plan']);
  const pages: (string | undefined)[] = [];
  let before: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof history.list>> = await history.list({
      limit: 1,
      before,
      search: 'plan',
    });
    pages.push(page.items[0]?.title);
    before = page.next;
  } while (before !== null);
  expect(pages.filter((title) => title !== undefined)).toEqual(['Longer', 'Long', 'Oldest plan']);
});

it('never takes what a person types for an instruction', async () => {
  const history = await historyOf(openHistoryHouse(), [['A "quoted" thing', 'NOT near c1']]);
  for (const search of [
    '"',
    'a"b',
    'owner:c1',
    'a OR',
    '(',
    'x*y',
    '{text}',
    'NEAR(a b)',
    '^a',
    '-a',
    "'",
    '\u0000',
  ])
    expect(await found(history, search)).toBeInstanceOf(Array);
  expect(await found(history, '"quoted"')).toHaveLength(1);
});
