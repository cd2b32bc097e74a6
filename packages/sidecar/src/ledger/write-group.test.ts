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

it('writes what comes in one turn in one transaction, urgent where one of them is', async () => {
  const { group, transactions, urgent, write } = open();
  const first = [group.add(write('a'), false), group.add(write('b'), true)];
  expect(transactions).toEqual([]);
  expect(await Promise.all(first)).toEqual(['a', 'b']);
  expect(await group.add(write('c'), false)).toBe('c');
  expect([transactions, urgent]).toEqual([
    [['a', 'b'], ['c']],
    [true, false],
  ]);
});

it('writes at once what waits where it is asked to, and once', async () => {
  const { group, transactions, write } = open();
  const waiting = group.add(write('a'), false);
  group.flush();
  expect(transactions).toEqual([['a']]);
  expect(await waiting).toBe('a');
  group.flush();
  expect(transactions).toEqual([['a']]);
});

it('writes the others where one fails by itself', async () => {
  const { group, transactions, write } = open();
  const results = await Promise.allSettled(['a', 'bad', 'c'].map((name) => group.add(write(name), false)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(transactions).toEqual([['a'], ['c']]);
});

it('tries a disk once that takes nothing, and tells each', async () => {
  let tries = 0;
  const { group, transactions, write } = open(() => {
    tries += 1;
    throw new StoreError('storage_full', 'full');
  });
  const results = await Promise.allSettled(['a', 'b'].map((name) => group.add(write(name), false)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([transactions, tries]).toEqual([[], 1]);
});
