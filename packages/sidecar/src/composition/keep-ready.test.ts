import { expect, onTestFinished, test, vi } from 'vitest';
import { keepReady } from './keep-ready.ts';

test('what calls of a program with a lease leave is collected within half a minute, between two of them', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isBusy = false;
  let quiet = (): void => undefined;
  const end = keepReady(
    { prepare: () => undefined, isBusy: () => false },
    {
      isBusy: () => isBusy,
      onQuiet: (listener) => {
        quiet = listener;
        return () => undefined;
      },
    },
    { subscribe: () => () => undefined },
  );
  onTestFinished(end);
  await vi.advanceTimersByTimeAsync(10_000);

  const left = new WeakRef({ pages: new Array(1_000).fill('page') });
  quiet();
  isBusy = true;
  await vi.advanceTimersByTimeAsync(40_000);
  isBusy = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(left.deref()).toBeUndefined();
});
