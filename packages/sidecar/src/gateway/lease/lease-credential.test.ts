import { expect, it } from 'vitest';
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
