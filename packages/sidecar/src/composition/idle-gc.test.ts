import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createIdleGc } from './idle-gc.ts';

function garbage(): WeakRef<object> {
  return new WeakRef({ pages: new Array(1_000).fill('page') });
}

test('what was thrown away is collected at rest, and the rest of the program has no way to do so', async () => {
  const memory = createIdleGc(() => false, { quietMs: 0 });
  onTestFinished(() => memory.close());
  const thrownAway = garbage();
  memory.settle();
  await vi.waitUntil(() => thrownAway.deref() === undefined, 5_000);
  expect(globalThis.gc).toBeUndefined();
});

test('now and then while turns follow one another, between two of them', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let busy = false;
  const collect = vi.fn();
  const memory = createIdleGc(() => busy, { collect });
  onTestFinished(() => memory.close());
  for (let second = 0; second < 60; second += 1) {
    memory.workEnded();
    // A turn that runs when it is time is waited for.
    busy = second >= 29 && second < 33;
    vi.advanceTimersByTime(1_000);
  }
  expect(collect).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(collect).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(600_000);
  expect(collect).toHaveBeenCalledTimes(2);
});

test('not while somebody waits for an answer, once for many reasons, and not after the end', async () => {
  let busy = true;
  const collect = vi.fn();
  const memory = createIdleGc(() => busy, { quietMs: 10, collect });
  onTestFinished(() => memory.close());
  memory.settle();
  await pause(50);
  expect(collect).not.toHaveBeenCalled();

  busy = false;
  for (let reason = 0; reason < 3; reason += 1) memory.settle();
  await vi.waitUntil(() => collect.mock.calls.length > 0);
  memory.settle();
  memory.close();
  await pause(50);
  expect(collect).toHaveBeenCalledOnce();
});
