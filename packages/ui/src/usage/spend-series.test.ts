import { expect, it } from 'vitest';
import { monthOf, scaleTop, spendSeries } from './spend-series.ts';

it('fills the days without spend and stacks each day in the order of the kinds', () => {
  const spend = [
    { credentialId: 'a', kind: 'api_key', costUsd: 1, covered: false },
    { credentialId: 'b', kind: 'oauth', costUsd: 2, covered: true },
    { credentialId: 'c', kind: 'api_key', costUsd: 3, covered: false },
  ] as const;
  const series = spendSeries(
    [{ day: '2026-03-01', spend: [...spend] }],
    ['oauth', 'api_key'],
    '2026-03-02',
    3,
  );
  expect(series).toEqual([
    { day: '2026-02-28', parts: [], totalUsd: 0 },
    {
      day: '2026-03-01',
      parts: [
        { kind: 'oauth', costUsd: 2 },
        { kind: 'api_key', costUsd: 4 },
      ],
      totalUsd: 6,
    },
    { day: '2026-03-02', parts: [], totalUsd: 0 },
  ]);
});

it.each([
  [0, 1],
  [0.03, 0.03],
  [0.9, 1],
  [3.02, 4],
  [71, 80],
  [100, 100],
])('a scale for $%d goes up to $%d', (highest, top) => {
  expect(scaleTop(highest)).toBeCloseTo(top);
});

it.each([
  [new Date(2026, 1, 1), '2026-02-28', 28],
  [new Date(2028, 1, 29, 23, 59), '2028-02-29', 29],
  [new Date(2026, 11, 31, 23, 59), '2026-12-31', 31],
])('the month of %s ends on %s', (now, lastDay, days) => {
  expect(monthOf(now.getTime())).toEqual({ lastDay, days });
});
