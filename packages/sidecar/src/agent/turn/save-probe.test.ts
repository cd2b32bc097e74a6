import { expect, it, vi } from 'vitest';
import { SaveProbe } from './save-probe.ts';

it('tries nothing before the answer has begun, and then once', async () => {
  const probe = vi.fn(async () => 'ENOSPC');
  const told: string[] = [];
  const save = new SaveProbe(probe, (reason) => void told.push(reason));
  expect(probe).not.toHaveBeenCalled();
  save.begin();
  save.begin();
  await save.finished();
  expect([probe.mock.calls.length, told]).toEqual([1, ['ENOSPC']]);
});

it('tries at the end where no answer has begun, and tells nothing where it can be saved', async () => {
  const probe = vi.fn(async () => null);
  const tell = vi.fn();
  await new SaveProbe(probe, tell).finished();
  expect([probe.mock.calls.length, tell.mock.calls.length]).toEqual([1, 0]);
});

it('holds the end of a query no longer than half a second', async () => {
  vi.useFakeTimers();
  try {
    const finished = new SaveProbe(() => new Promise(() => undefined), vi.fn()).finished();
    await vi.advanceTimersByTimeAsync(500);
    await finished;
  } finally {
    vi.useRealTimers();
  }
});
