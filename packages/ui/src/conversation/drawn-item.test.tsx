// @vitest-environment happy-dom
import { cleanup, fireEvent, render, renderHook, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { credential } from '../../test/support/sample-facts.ts';
import { useNow } from '../controls/index.ts';
import { failureOfCode } from '../format/index.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { DrawnItem } from './drawn-item.tsx';

// The boundary tells the console of what it caught.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  // The page's clock is one for all files: it goes by the real time again.
  renderHook(() => useNow());
  cleanup();
  vi.restoreAllMocks();
});

it('keeps what cannot be drawn from taking what stands around it, and shows it as text', () => {
  const damaged = {
    type: 'tool',
    key: 'n1',
    toolUseId: 'u1',
    name: 'Read',
    input: null,
    result: null,
    inside: [],
  };
  render(
    <>
      <DrawnItem
        item={damaged as unknown as ThreadItem}
        running={false}
        asked={new Set()}
        credentials={[]}
        onRetry={null}
      />
      <DrawnItem
        item={{ type: 'text', key: 'n2', text: 'beside it' }}
        running={false}
        asked={new Set()}
        credentials={[]}
        onRetry={null}
      />
    </>,
  );
  expect(document.body.textContent).toContain('This message could not be shown');
  expect(document.body.textContent).toContain('beside it');
  fireEvent.click(screen.getByRole('button', { name: 'Show as text' }));
  expect(screen.getByRole('article', { name: 'As text' }).textContent).toContain('"name": "Read"');
});

it('waits for a reset in sight, until the person lets another pay', () => {
  const paid: string[] = [];
  const until = new Date(Date.now() + 90_000).toISOString();
  const item = { type: 'waiting', key: 'w', until, window: 'five_hour', isOver: false } as const;
  const props = {
    running: true,
    asked: new Set<string>(),
    credentials: [],
    onRetry: null,
    onLetPay: () => paid.push('another'),
  };
  const { rerender } = render(<DrawnItem item={item} {...props} />);
  expect(document.body.textContent).toContain('then it continues automatically');
  fireEvent.click(screen.getByRole('button', { name: 'Use another account now' }));
  expect(paid).toEqual(['another']);
  rerender(<DrawnItem item={{ ...item, isOver: true }} {...props} />);
  expect(screen.queryByRole('button')).toBeNull();
});

it('names the account of a switch, and the one that was not allowed to pay, where there are two of a kind', () => {
  const [from, to] = ['Home', 'Work'].map((label) =>
    credential('api_key', { id: `api_key:${label}`, label }),
  );
  if (from === undefined || to === undefined) throw new Error('there are two');
  const drawn = (item: ThreadItem) =>
    render(
      <DrawnItem item={item} running={false} asked={new Set()} credentials={[from, to]} onRetry={null} />,
    ).container.textContent;
  expect(drawn({ type: 'switched', key: 's', from, to, reason: 'credit_exhausted' })).toContain(
    'Switched from API key “Home” to API key “Work”.',
  );
  expect(drawn({ type: 'denied', key: 'd', what: to })).toBe('Not allowed: going on with the API key “Work”');
});

it('is no live region for what stays in the conversation: it would be read out again whenever it comes into sight', () => {
  const props = { running: true, asked: new Set<string>(), credentials: [], onRetry: () => undefined };
  const until = new Date(Date.now() + 90_000).toISOString();
  render(
    <>
      <DrawnItem item={{ type: 'error', key: 'e', failure: failureOfCode('internal_error') }} {...props} />
      <DrawnItem item={{ type: 'waiting', key: 'w', until, window: 'five_hour', isOver: false }} {...props} />
    </>,
  );
  expect(screen.getByText(failureOfCode('internal_error').title)).toBeTruthy();
  expect([...document.querySelectorAll('[role=alert], [role=status], [aria-live]')]).toEqual([]);
});

it('says no longer “tomorrow” once the day has come', () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 23, 59, 30) });
  const at = new Date(2026, 10, 25, 2, 5).toISOString();
  const failure = { ...failureOfCode('internal_error'), retryAt: at };
  const window = { window: 'five_hour', status: 'rejected' };
  const items: ThreadItem[] = [
    { type: 'error', key: 'e', failure },
    { type: 'limit', key: 'l', resetsAt: at, ...window },
    { type: 'waiting', key: 'w', until: at, window: 'five_hour', isOver: false },
  ];
  const asked = new Set<string>();
  render(
    items.map((item) => (
      <DrawnItem key={item.key} item={item} running asked={asked} credentials={[]} onRetry={null} />
    )),
  );
  actNow(() => vi.advanceTimersByTime(1_000));
  const text = () => document.body.textContent;
  expect(text()).toContain('You can send it again tomorrow at 02:05.');
  expect(text()).toContain(', resets tomorrow at 02:05.');
  expect(text()).toContain('Waiting until tomorrow 02:05,');
  actNow(() => vi.advanceTimersByTime(60_000));
  expect(text()).toContain('You can send it again at 02:05.');
  expect(text()).toContain(', resets at 02:05.');
  expect(text()).toContain('Waiting until 02:05,');
});
