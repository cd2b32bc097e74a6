// @vitest-environment happy-dom
import { cleanup, renderHook, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openApp, patience } from '../../test/support/open-app.tsx';
import { useNow } from '../controls/index.ts';
import { laterParts } from './later-parts.ts';

const reads: string[] = [];

// None of them is to arrive after the test that asked for it.
beforeAll(async () => {
  for (const load of Object.values(laterParts)) await load();
});
beforeEach(() => {
  sessionStorage.clear();
  reads.length = 0;
  vi.stubGlobal('fetch', async (to: unknown) => {
    reads.push(new URL(String(to)).pathname);
    throw new TypeError('There is no Postern here.');
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  // The page's clock is one for all files: it goes by the real time again.
  renderHook(() => useNow());
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ['Usage', '#/usage', ['/usage', '/receipts', '/timeline']],
  ['Settings', '#/settings/paying', ['/usage']],
])('%s, where it shows what is spent, reads that again when a day has begun', async (name, at, again) => {
  openApp(at);
  await screen.findByRole('heading', { name, level: 1 }, patience);
  if (name === 'Settings') await vi.waitFor(() => expect(reads).toContain('/usage'));
  reads.length = 0;
  // The clock of the page alone: it ticks on by the real one.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 60 * 60_000 });
  await vi.waitFor(() => expect(reads).toEqual(again), patience);
});
