import { describe, expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, type TestHouse } from '../../test/support/gateway/harness.ts';

function signedIn(sandbox: boolean, linkedBilling: boolean): Promise<TestHouse> {
  return openHouse({
    respond: (_seen, response) => sendStream(response),
    hasKey: false,
    fallback: { capUsdPerDay: 0.001 },
    deps: { sandbox, linkedBilling, roomPatienceMs: 0 },
  });
}

describe.each([false, true])('a cap, where the sandbox is %s', (sandbox) => {
  it('holds for what an organization is billed', async () => {
    const query = (await signedIn(sandbox, true)).bind({ answer: 'no' });
    expect((await query.post()).status).toBe(403);
    expect(query.heard.questions).toMatchObject([
      { reason: 'spend_cap_reached', to: { kind: 'oauth', billing: 'linked_organization' } },
    ]);
  });

  it('does not hold for what a plan covers', async () => {
    const query = (await signedIn(sandbox, false)).bind({ answer: 'no' });
    expect((await query.post()).status).toBe(200);
    expect(query.heard.questions).toEqual([]);
  });
});
