import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEventBatch } from './event-batch.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('gives the first at once, then lists at a pace, and on request what is left', () => {
  const given: (readonly number[])[] = [];
  const batch = createEventBatch<number>((events) => given.push(events));
  batch.add(1);
  batch.add(2);
  batch.add(3);
  expect(given).toEqual([[1]]);
  vi.advanceTimersByTime(40);
  expect(given).toEqual([[1], [2, 3]]);
  batch.add(4);
  batch.flush();
  batch.flush();
  expect(given).toEqual([[1], [2, 3], [4]]);
});

it('gives no second list within one task, however long that takes', async () => {
  const given: (readonly number[])[] = [];
  const batch = createEventBatch<number>((events) => given.push(events));
  for (let event = 0; event < 5; event += 1) {
    batch.add(event);
    // The first list is drawn meanwhile, which takes longer than the pace; no timer can fire before the task ends.
    vi.setSystemTime(Date.now() + 100);
    await Promise.resolve();
  }
  expect(given).toEqual([[0]]);
  vi.advanceTimersByTime(40);
  expect(given).toEqual([[0], [1, 2, 3, 4]]);
});
