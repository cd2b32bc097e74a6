import { describe, expect, it } from 'vitest';
import { connectedStatus, credential } from '../../test/support/sample-facts.ts';
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

it('goes back within a kind as well', () => {
  const work = { ...oauth, id: 'oauth:work' };
  const away = reduceBanners(noBanners, { ...home, from: oauth, to: work, reason: 'plan_limit_reached' });
  expect(away.shown).toMatchObject({ back: false });
  expect(reduceBanners(away, { ...home, from: work, to: oauth }).shown).toMatchObject({ back: true });
});

describe('a banner goes when what it says stops being true:', () => {
  const pays = (ref: typeof oauth | typeof apiKey | null): BannerAction => ({
    type: 'facts_loaded',
    facts: {
      status: {
        ...connectedStatus,
        activeCredential:
          ref === null ? null : { ...ref, since: '2026-11-24T12:00:00Z', reason: 'preferred' },
      },
    },
  });
  const there = (...statuses: readonly ('active' | 'absent')[]): BannerAction => ({
    type: 'facts_loaded',
    facts: {
      credentials: [
        credential('oauth', { status: statuses[0] ?? 'active' }),
        credential('api_key', { status: statuses[1] ?? 'active' }),
      ],
    },
  });
  const shownAfter = (...actions: readonly BannerAction[]) => actions.reduce(reduceBanners, noBanners).shown;

  it('"back" after a sign-out, with a key left or without', () => {
    expect(shownAfter(home, pays(oauth))).not.toBeNull();
    expect(shownAfter(home, pays(oauth), pays(apiKey))).toBeNull();
    expect(shownAfter(home, pays(oauth), pays(null))).toBeNull();
    expect(shownAfter(home, there('absent', 'active'))).toBeNull();
  });

  it('"is in use" when the key is removed, or the sign-in works again', () => {
    expect(shownAfter(away, there('active', 'absent'))).toBeNull();
    expect(shownAfter(away, pays(apiKey), pays(oauth))).toBeNull();
  });

  it('and not because of a look that is older than the switch', () => {
    expect(shownAfter(away, pays(oauth))).not.toBeNull();
    expect(shownAfter(away, pays(oauth), there('active', 'active'), pays(apiKey))).not.toBeNull();
  });

  it('and the same switch is told again the next time', () => {
    expect(shownAfter(home, pays(oauth), pays(null), home)).not.toBeNull();
  });
});
