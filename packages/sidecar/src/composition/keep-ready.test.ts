import { expect, onTestFinished, test, vi } from 'vitest';
import { keepReady } from './keep-ready.ts';

test('what calls of a program with a lease leave is collected within half a minute, between two of them', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const isBusy = vi.fn(() => true);
  let quiet = (): void => undefined;
  const end = keepReady(
    { prepare: () => undefined, isBusy: () => false },
    {
      isBusy,
      onQuiet: (listener) => {
        quiet = listener;
        return () => undefined;
      },
    },
    { subscribe: () => () => undefined },
  );
  onTestFinished(end);
  isBusy.mockReturnValue(false);
  await vi.advanceTimersByTimeAsync(10_000);

  const left = new WeakRef({ pages: new Array(1_000).fill('page') });
  quiet();
  isBusy.mockClear();
  isBusy.mockReturnValue(true);
  await vi.advanceTimersByTimeAsync(40_000);
  // It was time, and asked again until no call was under way.
  expect(isBusy.mock.calls.length).toBeGreaterThan(1);
  isBusy.mockReturnValue(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(left.deref()).toBeUndefined();
});
