// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import type { Banner } from '../state/banners.ts';
import { SwitchBanner } from './switch-banner.tsx';

afterEach(cleanup);

const banner: Banner = {
  from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
  to: { id: 'api_key:default', kind: 'api_key', payer: 'Your key' },
  ...{ key: 'b1', paid: true, reason: 'plan_limit_reached', at: new Date().toISOString(), back: false },
};

it('names the time at which a near way back comes, and counts down to nothing', () => {
  const cooldownUntil = new Date(Date.now() + 5 * 60_000).toISOString();
  const { container } = render(
    <SwitchBanner
      banner={banner}
      credentials={[credential('oauth', { status: 'cooling_down', cooldownUntil })]}
      onDismiss={() => undefined}
    />,
  );
  // In the last minutes of a day it is tomorrow's.
  expect(container.textContent).toMatch(/switches back (tomorrow )?at .*\d:\d\d/);
  expect(container.querySelector('time')).toBeNull();
});

it('says which day it is where the way back is tomorrow', () => {
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(2, 5, 0, 0);
  const { container } = render(
    <SwitchBanner
      banner={banner}
      credentials={[credential('oauth', { status: 'cooling_down', cooldownUntil: tomorrow.toISOString() })]}
      onDismiss={() => undefined}
    />,
  );
  expect(container.textContent).toContain('Postern switches back tomorrow at 02:05.');
});

it.each([
  ['oauth', 'reauthorization_required', 'once you have signed in again.'],
  ['oauth', 'absent', 'once you have signed in again.'],
  ['claude_code', 'reauthorization_required', 'once you have signed in again.'],
  ['api_key', 'reauthorization_required', 'once there is a key that works.'],
  ['oauth', 'rejected', 'automatically.'],
] as const)('says what brings it back: %s, %s', (kind, status, words) => {
  const { container } = render(
    <SwitchBanner
      banner={{ ...banner, from: { id: `${kind}:default`, kind, payer: 'Your plan' } }}
      credentials={[credential(kind, { status })]}
      onDismiss={() => undefined}
    />,
  );
  expect(container.textContent).toContain(`Postern switches back ${words}`);
});
