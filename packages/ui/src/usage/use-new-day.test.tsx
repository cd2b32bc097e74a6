// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { useNow } from '../controls/index.ts';
import { useNewDay } from './use-new-day.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 30, 23, 59, 57) });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  // The page's clock is one for all files: it goes by the real time again.
  renderHook(() => useNow());
  cleanup();
});

it('tells of midnight here, once', () => {
  const begun = vi.fn();
  renderHook(() => useNewDay(begun));
  actNow(() => vi.advanceTimersByTime(2_000));
  expect(begun).not.toHaveBeenCalled();
  actNow(() => vi.advanceTimersByTime(5_000));
  expect(begun).toHaveBeenCalledTimes(1);
});
