import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StoreError } from '../errors/index.ts';
import { LateWrites } from './late-writes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('writes what the disk did not take as soon as it does, once and in order', () => {
  let isFull = true;
  const written: number[] = [];
  const late = new LateWrites(() => undefined);
  for (const receipt of [1, 2]) {
    late.keep(() => {
      if (isFull) throw new Error('full');
      written.push(receipt);
    });
  }
  vi.advanceTimersByTime(60_000);
  expect([written, late.waiting]).toEqual([[], 2]);
  isFull = false;
  vi.advanceTimersByTime(15_000);
  expect([written, late.waiting]).toEqual([[1, 2], 0]);
  vi.advanceTimersByTime(60_000);
  expect(written).toEqual([1, 2]);
});

it('writes at once what the disk takes, what waited first, and keeps the rest', () => {
  let isFull = true;
  const written: number[] = [];
  const logged: string[] = [];
  const late = new LateWrites((line) => logged.push(line));
  const receipt = (number: number) => () => {
    if (isFull) throw new StoreError('storage_full');
    written.push(number);
  };
  late.write(receipt(1));
  expect([written, late.waiting]).toEqual([[], 1]);
  isFull = false;
  late.write(receipt(2));
  expect([written, late.waiting]).toEqual([[1, 2], 0]);
  late.write(() => {
    throw new Error('a fault of ours');
  });
  expect([late.waiting, logged.at(-1)]).toEqual([0, 'lost, it could not be written: Error']);
});

it('tries a last time at the end, and says what is lost', () => {
  const logged: string[] = [];
  const late = new LateWrites((line) => logged.push(line));
  late.keep(() => {
    throw new Error('full');
  });
  late.close();
  expect(logged.at(-1)).toBe('lost, they could not be written: 1');
});
