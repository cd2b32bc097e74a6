import { expect, it } from 'vitest';
import { type BannerAction, noBanners, reduceBanners } from './banners.ts';

const oauth = { id: 'oauth:default', kind: 'oauth', payer: 'plan' } as const;
const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
const order = ['oauth', 'claude_code', 'console_profile', 'api_key'] as const;

const away: BannerAction = {
  type: 'switch_heard',
  from: oauth,
  to: apiKey,
  reason: 'plan_limit_reached',
  at: '2026-11-24T12:00:00Z',
  order,
};
const home: BannerAction = { ...away, from: apiKey, to: oauth, reason: 'preferred' };

it('shows one banner for a switch that is heard in the query and in the events', () => {
  const once = reduceBanners(noBanners, away);
  expect(once.shown).toMatchObject({ to: apiKey, back: false });
  expect(reduceBanners(once, { ...away, at: '2026-11-24T12:00:01Z' })).toBe(once);
});

it('does not bring a dismissed banner back for the same switch', () => {
  const dismissed = reduceBanners(reduceBanners(noBanners, away), { type: 'banner_dismissed' });
  expect(reduceBanners(dismissed, away).shown).toBeNull();
});

it('tells of the way back, and of the next time', () => {
  const back = [away, { type: 'banner_dismissed' } as const, home].reduce(reduceBanners, noBanners);
  expect(back.shown).toMatchObject({ to: oauth, back: true });
  expect(reduceBanners(back, away).shown).toMatchObject({ to: apiKey, back: false });
});
