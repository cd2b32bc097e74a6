import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cautionsOf } from './cautions.ts';

const context = { workspace: '/projects', home: '/home/ada' };
const bash = (command: string) =>
  cautionsOf({ toolName: 'Bash', input: { command }, target: null, context }, null);

test.each([0, 65_534, 65_535, 65_536, 999_999])(
  'a character that hides is found behind %d others',
  async (count) => {
    expect(await bash(`${'x'.repeat(count)}\u202E${'x'.repeat(1_000_000 - count)}`)).toEqual([
      'hidden_characters',
    ]);
  },
);

test('an emoji across the place where a text is cut hides nothing', async () => {
  for (let before = 65_530; before < 65_540; before += 1)
    expect(await bash(`${'x'.repeat(before)}👩‍👩‍👧${'x'.repeat(100_000)}`)).toEqual([]);
});

test('others have their turn while a long input is looked through', async () => {
  let isOver = false;
  const looking = bash('x'.repeat(1024 * 1024)).finally(() => {
    isOver = true;
  });
  let turns = 0;
  while (!isOver) {
    await turn();
    turns += 1;
  }
  expect(await looking).toEqual([]);
  expect(turns).toBeGreaterThan(10);
});
