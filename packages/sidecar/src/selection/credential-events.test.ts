import { describe, expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { keyId, openHouse } from '../../test/support/gateway/harness.ts';
import { oauthId } from '../../test/support/selection/fake-access-tokens.ts';

/** A machine with a sign-in and a key, and what was said of them. */
async function machine() {
  const house = await openHouse({ respond: (_seen, response) => sendStream(response) });
  const { status } = house.selection;
  const key = await house.store.apiKeys.read(keyId);
  if (key === null) throw new Error('no key is stored');
  const limit = (untilMs: number, model: string | null = null) =>
    status.startCooldown({ id: oauthId, fingerprint: 'v1' }, model, {
      ...{ untilMs, reason: 'usage_limit', code: 'plan_limit_reached' },
    });
  const accepted = (id: string, fingerprint: string) =>
    status.noteAccepted(id, fingerprint, status.refusals(id));
  const said = () =>
    house.facts.map((fact) =>
      fact.type === 'credential_changed' ? `${fact.kind} ${fact.status} ${fact.reason}` : fact.type,
    );
  return { ...house, status, key, limit, accepted, said, at: house.nowMs };
}

describe('screens and the timeline are notified', () => {
  it('once of a plan that is used up, and of its end when that is noticed', async () => {
    const { accepted, at, limit, said } = await machine();
    limit(at + 60_000);
    limit(at + 60_000);
    expect(said()).toEqual(['oauth cooling_down plan_limit_reached']);
    await accepted(oauthId, 'v1');
    await accepted(oauthId, 'v1');
    expect(said().slice(1)).toEqual(['oauth active null']);
  });

  it('of the end of a cooldown that ran out, at the next accepted call', async () => {
    const { accepted, at, limit, said } = await machine();
    limit(at - 1);
    await accepted(oauthId, 'v1');
    expect(said()).toEqual(['oauth cooling_down plan_limit_reached', 'oauth active null']);
  });

  it('not of one model’s limit: the credential stands as it did', async () => {
    const { at, limit, said } = await machine();
    limit(at + 60_000, 'opus');
    expect(said()).toEqual([]);
  });

  it('once of a key that was refused, and when it works again', async () => {
    const { accepted, key, said, status } = await machine();
    status.noteRejectedKey(keyId, key);
    status.noteRejectedKey(keyId, key);
    expect(said()).toEqual(['api_key rejected api_key_rejected']);
    await accepted(keyId, key.fingerprint());
    expect(said().slice(1)).toEqual(['api_key accepted null']);
  });
});
