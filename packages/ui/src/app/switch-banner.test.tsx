// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import { SwitchBanner } from './switch-banner.tsx';

afterEach(cleanup);

it('names the time at which a near way back comes, and counts down to nothing', () => {
  const cooldownUntil = new Date(Date.now() + 5 * 60_000).toISOString();
  const { container } = render(
    <SwitchBanner
      banner={{
        from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
        to: { id: 'api_key:default', kind: 'api_key', payer: 'Your key' },
        ...{ key: 'b1', paid: true, reason: 'plan_limit_reached', at: new Date().toISOString(), back: false },
      }}
      credentials={[credential('oauth', { status: 'cooling_down', cooldownUntil })]}
      onDismiss={() => undefined}
    />,
  );
  expect(container.textContent).toMatch(/switches back at .*\d:\d\d/);
  expect(container.querySelector('time')).toBeNull();
});
