// @vitest-environment happy-dom
import type { UsageNotice } from '@postern/contract';
import { cleanup, fireEvent, render, renderHook, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { credential } from '../../test/support/sample-facts.ts';
import { useNow } from '../controls/index.ts';
import { UsageNoticeBanner } from './usage-notice-banner.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  // The page's clock is one for all files: it goes by the real time again.
  renderHook(() => useNow());
  cleanup();
});

const notice: UsageNotice = {
  credentialId: 'claude_code:default',
  window: 'seven_day_opus',
  notice: 'at_80',
  utilization: 0.834,
  resetsAt: null,
};

function show(shown: UsageNotice | null) {
  const told: string[][] = [];
  let dismissed = 0;
  const notifications = {
    supported: true,
    wanted: () => true,
    want: async () => true,
    tell: (...words: string[]) => void told.push(words),
  };
  const draw = (one: UsageNotice | null) => (
    <UsageNoticeBanner
      notice={one}
      credentials={[credential('claude_code')]}
      notifications={notifications}
      onDismiss={() => (dismissed += 1)}
    />
  );
  const { rerender } = render(draw(shown));
  return { told, draw: (one: UsageNotice | null) => rerender(draw(one)), dismissed: () => dismissed };
}

it('tells once that a window is nearly used up, and again at its reset', () => {
  const banner = show(notice);
  screen.getByText('83 % of the 7-day window for Opus is used');
  screen.getByText('Claude Code login.');
  banner.draw(notice);
  expect(banner.told).toHaveLength(1);
  banner.draw({ ...notice, notice: 'reset', utilization: null });
  screen.getByText('The 7-day window for Opus has reset');
  expect(banner.told.map(([about]) => about)).toEqual([
    'usage claude_code:default seven_day_opus',
    'usage claude_code:default seven_day_opus',
  ]);
});

it('says that a window is used up, shows nothing without a notice, and can be dismissed', () => {
  const banner = show({ ...notice, notice: 'at_95', utilization: null });
  screen.getByText('The 7-day window for Opus is used up');
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(banner.dismissed()).toBe(1);
  banner.draw(null);
  expect(screen.queryByText(/window/)).toBeNull();
});

it('says when the window resets, and no longer “tomorrow” once the day has come', () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 23, 59, 30) });
  show({ ...notice, resetsAt: new Date(2026, 10, 25, 2, 5).toISOString() });
  actNow(() => vi.advanceTimersByTime(1_000));
  screen.getByText('Claude Code login. It resets tomorrow at 02:05.');
  actNow(() => vi.advanceTimersByTime(60_000));
  screen.getByText('Claude Code login. It resets at 02:05.');
});
