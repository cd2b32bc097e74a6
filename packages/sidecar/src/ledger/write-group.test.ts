import { expect, it } from 'vitest';
import { StoreError } from '../errors/index.ts';
import { WriteGroup } from './write-group.ts';

/** A database that notes its transactions, and takes back what one of them wrote where it fails. */
function open(fails: () => void = () => undefined) {
  const transactions: string[][] = [];
  const urgent: boolean[] = [];
  let current: string[] = [];
  const group = new WriteGroup({
    quickTransaction(work, isUrgent = true) {
      current = [];
      const result = work();
      fails();
      transactions.push(current);
      urgent.push(isUrgent);
      return result;
    },
  });
  const write = (name: string) => () => {
    if (name === 'bad') throw new RangeError(name);
    current.push(name);
    return name;
  };
  return { group, transactions, urgent, write };
}

/** Until a turn of the event loop is over, and what it had put off. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('writes the first of a turn at once, the others in one transaction, urgent where one of them is', async () => {
  const { group, transactions, urgent, write } = open();
  const all = ['a', 'b', 'c'].map((name) => group.add(write(name), name === 'c'));
  expect(transactions).toEqual([['a']]);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  await nextTurn();
  const next = group.add(write('d'), false);
  expect(transactions.at(-1)).toEqual(['d']);
  expect(await next).toBe('d');
  expect([transactions, urgent]).toEqual([
    [['a'], ['b', 'c'], ['d']],
    [false, true, false],
  ]);
});

it('writes at once what waits where it is asked to, and once', async () => {
  const { group, transactions, write } = open();
  const [, waiting] = [group.add(write('a'), false), group.add(write('b'), false)];
  expect(transactions).toEqual([['a']]);
  group.flush();
  expect(transactions).toEqual([['a'], ['b']]);
  expect(await waiting).toBe('b');
  group.flush();
  await nextTurn();
  expect(transactions).toEqual([['a'], ['b']]);
});

it('writes the others where one fails by itself', async () => {
  const { group, transactions, write } = open();
  const names = ['a', 'b', 'bad', 'c'];
  const results = await Promise.allSettled(names.map((name) => group.add(write(name), false)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(transactions).toEqual([['a'], ['b'], ['c']]);
});

it('tries a disk twice in a turn where it takes nothing, however many wait, and tells each', async () => {
  let tries = 0;
  const { group, transactions, write } = open(() => {
    tries += 1;
    throw new StoreError('storage_full', 'full');
  });
  const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => group.add(write(name), false)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect([transactions, tries]).toEqual([[], 2]);
});
