import { expect, it, vi } from 'vitest';
import { sendStream } from '../../../test/support/gateway/fake-upstream.ts';
import { openHouse, type TestHouse } from '../../../test/support/gateway/harness.ts';

const house = async (): Promise<TestHouse> =>
  await openHouse({ respond: (_seen, response) => sendStream(response) });

it('a lease that names a credential that is not there is refused by its own word', async () => {
  const { leases } = (await house()).gateway;
  await expect(leases.open({ label: 'x', credential: 'api_key:gone' })).rejects.toThrow(
    expect.objectContaining({ code: 'credential_not_found' }),
  );
  expect(leases.list()).toEqual([]);
});

it.each(['claude_code:default', 'claude_code:work', 'console_profile:default'])(
  'a lease that names %s is refused with the reason, signed in or not, and no other credential pays instead',
  async (credential) => {
    const { gateway, selection } = await house();
    const ref = { id: credential, kind: 'claude_code' as const, payer: 'a plan' };
    const absent = { ref, usable: false, reason: 'not_signed_in' as const };
    vi.spyOn(selection.delegated, 'candidates').mockReturnValue([
      { ...absent, cooldownUntilMs: null, cooldownReason: null },
    ]);
    await expect(gateway.leases.open({ label: 'x', credential })).rejects.toThrow(
      expect.objectContaining({ code: 'not_for_other_programs' }),
    );
    expect(gateway.leases.list()).toEqual([]);
    // Without a name it is passed over, as the policy says of one that is not set up.
    expect((await gateway.leases.open({ label: 'x' })).credential.kind).toBe('oauth');
  },
);
