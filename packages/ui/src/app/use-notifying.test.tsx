// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import { useNotifying } from './use-notifying.ts';

afterEach(cleanup);

function listening() {
  const told: string[] = [];
  const notifications = {
    supported: true,
    wanted: () => true,
    want: async () => true,
    tell: (_about: string, title: string, body: string) => told.push(`${title}: ${body}`),
  };
  return { told, notifications };
}

it('tells of each question once, also of one that comes while another conversation has one', () => {
  const { told, notifications } = listening();
  const { rerender } = renderHook(({ ids }) => useNotifying(notifications, null, ids, []), {
    initialProps: { ids: ['p1'] },
  });
  rerender({ ids: ['p1'] });
  expect(told).toHaveLength(1);
  rerender({ ids: ['p1', 'p2'] });
  expect(told).toHaveLength(2);
  rerender({ ids: ['p2'] });
  expect(told).toHaveLength(2);
});

it('tells a switch once, and which of several accounts of a kind is in use', () => {
  const { told, notifications } = listening();
  const accounts = [credential('oauth'), credential('oauth', { id: 'oauth:work', label: 'Work' })];
  const banner = {
    from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
    to: { id: 'oauth:work', kind: 'oauth', payer: 'Your plan' },
    ...{ key: 'b1', paid: true, reason: 'plan_limit_reached', at: '2026-11-29T10:00:00Z', back: false },
  } as const;
  const { rerender } = renderHook(({ list }) => useNotifying(notifications, banner, [], list), {
    initialProps: { list: accounts },
  });
  rerender({ list: [...accounts] });
  expect(told).toEqual(['Claude plan (Max) sign-in “Work” is in use: Now paid by your plan.']);
});
