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
