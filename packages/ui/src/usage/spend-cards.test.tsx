// @vitest-environment happy-dom
import type { Usage } from '@postern/contract';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import { SpendCards } from './spend-cards.tsx';
import { TimelineList } from './timeline-list.tsx';
import { UsageWindows } from './usage-windows.tsx';

afterEach(cleanup);

const nowMs = new Date(2026, 2, 31, 12).getTime();
const spent = (day: string, costUsd: number): Usage['byDay'][number] => ({
  day,
  spend: [{ credentialId: 'api_key:default', kind: 'api_key', costUsd, covered: false }],
});
const usage: Usage = {
  windows: [],
  today: [],
  month: [],
  byDay: [spent('2026-02-28', 7), spent('2026-03-01', 3), spent('2026-03-31', 1.5)],
  countedTodayUsd: 1.5,
  capUsdPerDay: null,
  reservedUsd: 0,
  caps: [{ scope: 'month', capUsd: 50, spentUsd: 4.5, reservedUsd: 0, leftUsd: 45.5 }],
};

/** The table's cells after choosing this month. */
function showMonth(more: Partial<Usage> = {}): readonly (string | null)[] {
  render(<SpendCards usage={{ ...usage, ...more }} credentials={[]} nowMs={nowMs} />);
  fireEvent.click(screen.getByRole('radio', { name: 'This month' }));
  const table = screen.queryByRole('table', { name: /this month/, hidden: true });
  return table === null
    ? []
    : within(table)
        .getAllByRole('row', { hidden: true })
        .map((row) => row.textContent);
}

it('shows this month alone, day by day, with what is left of its cap', () => {
  expect(showMonth()).toEqual(['DayAPI key', '2026-03-31$1.50', '2026-03-01$3.00']);
  expect(screen.getByText('$4.50 of $50.00 is spent this month: $45.50 is left.')).toBeTruthy();
});

it('does not count as left what is held for calls under way', () => {
  showMonth({ caps: [{ scope: 'month', capUsd: 50, spentUsd: 4.5, reservedUsd: 2, leftUsd: 43.5 }] });
  screen.getByText(/\$2\.00 is held for calls whose cost is not known yet: \$43\.50 is left\./);
});

it('names beside what counts today what is held for calls whose cost is not known', () => {
  const day = { scope: 'day', capUsd: 5, spentUsd: 1.5, leftUsd: 2.6 } as const;
  const show = (reservedUsd: number) =>
    showMonth({ capUsdPerDay: 5, reservedUsd, caps: [{ ...day, reservedUsd }] });
  show(0.9);
  expect(screen.getByText('of $5.00 a day').nextElementSibling?.textContent).toBe(
    '$0.90 more is held for calls whose cost is not known',
  );
  cleanup();
  show(0);
  expect(screen.queryByText(/is held/)).toBeNull();
});

it('says so where no cap is set for a month, and where nothing was spent', () => {
  expect(showMonth({ caps: [], byDay: [] })).toEqual([]);
  screen.getByText(/No monthly cap is set/);
  expect(screen.getByText('Nothing was spent this month.')).toBeTruthy();
});

it('names a sign-in that bills a linked organization after it, everywhere', () => {
  const payer = 'The linked organization’s bill';
  const of = { credentialId: 'oauth:default', kind: 'oauth', costUsd: 2, covered: false } as const;
  const more = { today: [of], month: [of], byDay: [{ day: '2026-03-31', spend: [of] }] };
  const credentials = [credential('oauth', { payer })];
  const entry = { id: 'e1', at: '2026-03-31T10:00:00.000Z', type: 'signed_in', kind: 'oauth' } as const;
  const timeline = { items: [{ ...entry, code: null, text: 'Linked.' }], next: null };
  const { container } = render(
    <>
      <SpendCards usage={{ ...usage, ...more }} credentials={credentials} nowMs={nowMs} />
      <TimelineList timeline={timeline} credentials={credentials} nowMs={nowMs} onMore={() => {}} />
    </>,
  );
  expect(container.textContent?.match(/Linked organization/g)).toHaveLength(5);
  expect(container.textContent).not.toContain('plan (Max)');
});

it('tells several accounts of a kind apart', () => {
  const of = (credentialId: string) => ({ credentialId, kind: 'oauth', costUsd: 2, covered: false }) as const;
  const today = [of('oauth:default'), of('oauth:work'), of('oauth:gone')];
  const window = (credentialId: string) => ({
    ...{ credentialId, window: 'five_hour', utilization: 0.5, resetsAt: null, status: 'allowed' },
    ...{ seenAt: '2026-03-31T10:00:00.000Z', ageSeconds: 1 },
  });
  const credentials = [
    credential('oauth', { label: 'ada@example.com' }),
    credential('oauth', { id: 'oauth:work', label: 'Work' }),
  ];
  const windows = (...ids: readonly string[]) => (
    <UsageWindows windows={ids.map(window)} credentials={credentials} nowMs={nowMs} refresh={null} />
  );
  const { rerender } = render(windows('oauth:default', 'oauth:work'));
  const names = () => [...document.querySelectorAll('.window-name')].map((each) => each.textContent);
  expect(names().map((name) => name?.slice(name.indexOf('“')))).toEqual(['“ada@example.com”', '“Work”']);
  rerender(windows('oauth:default'));
  expect(names()).toEqual(['5-hour window']);
  cleanup();
  render(<SpendCards usage={{ ...usage, today }} credentials={credentials} nowMs={nowMs} />);
  const spenders = [...document.querySelectorAll('.spend-sums li')].map((each) => each.textContent);
  expect(spenders[0]).toContain('“ada@example.com”');
  expect(spenders[1]).toContain('“Work”');
  expect(spenders[2]).toContain('(gone)');
});
