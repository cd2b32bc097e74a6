// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { useNow } from './use-now.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('draws the time that it is from the first on, however long nothing looked at it', () => {
  const later = Date.now() + 86_400_000;
  vi.useFakeTimers({ now: later });
  const drawn: number[] = [];
  renderHook(() => drawn.push(useNow()));
  expect([...new Set(drawn)]).toEqual([later]);
});
