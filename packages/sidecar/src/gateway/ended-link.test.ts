import { describe, expect, it } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, type TestHouse } from '../../test/support/gateway/harness.ts';
import { oauthId } from '../../test/support/selection/fake-access-tokens.ts';
import { ReauthorizationRequiredError } from '../errors/index.ts';

const code = 'user_profile_billing_not_authorized';

async function linkedHouse(linkedBilling = true) {
  const service = { isLinked: false };
  const respond: Respond = (_seen, response) => {
    if (service.isLinked) return sendStream(response);
    const error = { type: 'permission_error', message: 'no', details: { error_code: code } };
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error }));
  };
  const house = await openHouse({ respond, deps: { linkedBilling }, fallback: { onAuthFailure: 'allow' } });
  return { house, service };
}

async function endedAt({ selection }: TestHouse): Promise<number | null> {
  const candidates = await selection.candidates();
  return candidates.find(({ ref }) => ref.id === oauthId)?.linkEndedAtMs ?? null;
}

const changes = ({ facts }: TestHouse) => facts.filter(({ type }) => type === 'credential_changed');

describe('a link that the service says has ended', () => {
  it('is noted once, stays noted over queries and a renewal, and no other credential pays', async () => {
    const { house } = await linkedHouse();
    const firstMs = house.nowMs;
    for (const token of ['token-1', 'token-2']) {
      const query = house.bind();
      await query.post();
      expect(query.heard.givenUp).toMatchObject([{ code: 'billing_problem' }]);
      expect(query.heard.givenUp[0]?.detail).toContain('Link it again.');
      expect(house.upstream.seen.at(-1)?.paidWith).toBe(token);
      house.nowMs += 60_000;
      await house.tokens.signIn('token-2');
    }
    expect(await endedAt(house)).toBe(firstMs);
    expect(changes(house)).toEqual([
      { type: 'credential_changed', kind: 'oauth', status: 'rejected', reason: 'reauthorization_required' },
    ]);
  });

  it('is still no reason to let another one pay once its sign-in cannot be renewed', async () => {
    const { house } = await linkedHouse();
    await house.bind().post();
    const asked = house.upstream.seen.length;
    house.tokens.refresh = () => Promise.reject(new ReauthorizationRequiredError('reauthorization_required'));
    await expect(house.tokens.get(oauthId, { rejectedVersion: 1 })).rejects.toThrow();
    const query = house.bind();
    await query.post();
    expect(query.heard.givenUp).toMatchObject([{ code: 'reauthorization_required' }]);
    expect(house.upstream.seen).toHaveLength(asked);
    expect(await house.selection.choose()).toMatchObject({ code: 'reauthorization_required' });
  });

  it('is forgotten with the first call that is paid, and with a new sign-in', async () => {
    const { house, service } = await linkedHouse();
    await house.bind().post();
    service.isLinked = true;
    await house.bind().post();
    await expect.poll(() => endedAt(house)).toBeNull();
    expect(changes(house).at(-1)).toMatchObject({ status: 'accepted', reason: null });
    service.isLinked = false;
    await house.bind().post();
    expect(await endedAt(house)).toBe(house.nowMs);
    house.selection.status.forget(oauthId);
    expect(await endedAt(house)).toBeNull();
  });

  it('is none where sign-ins pay with a plan', async () => {
    const { house } = await linkedHouse(false);
    await house.bind().post();
    expect(await endedAt(house)).toBeNull();
    expect(changes(house)).toEqual([]);
  });
});
