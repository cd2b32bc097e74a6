import { expect, it, vi } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, post } from '../../test/support/gateway/harness.ts';

it('knows whether a call is under way, and says each time that the last of them has ended', async () => {
  const waiting: (() => void)[] = [];
  const house = await openHouse({
    respond: (_seen, response) => void waiting.push(() => sendStream(response)),
    signedIn: false,
  });
  const { gateway } = house;
  const quiet = vi.fn();
  gateway.onQuiet(quiet);
  expect(gateway.isBusy()).toBe(false);

  const lease = await gateway.leases.open({ label: 'a program' });
  const calls = [post(gateway.url, lease.secret), post(gateway.url, lease.secret)];
  await vi.waitUntil(() => waiting.length === 2);
  waiting[0]?.();
  await Promise.race(calls);
  expect(gateway.isBusy()).toBe(true);
  expect(quiet).not.toHaveBeenCalled();

  waiting[1]?.();
  await Promise.all(calls);
  await vi.waitUntil(() => !gateway.isBusy());
  expect(quiet).toHaveBeenCalledOnce();
});
