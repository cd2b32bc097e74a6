import { describe, expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { oauthId } from '../../test/support/selection/fake-access-tokens.ts';
import type { CredentialRequest } from './selection.ts';

/** A machine with a sign-in and a key, and a request for a model, or for none. */
async function house() {
  const opened = await openHouse({
    respond: (_seen, response) => sendStream(response),
    fallback: { onUsageLimit: 'allow' },
  });
  const { query } = opened.bind();
  const acquire = (model: string | null, more: Partial<CredentialRequest> = {}) =>
    opened.selection.acquire(query.state, {
      unavailable: new Map(),
      rejected: null,
      dryRun: false,
      signal: new AbortController().signal,
      model,
      ...more,
    });
  return { ...opened, acquire };
}

describe('a credential for one request', () => {
  it('is another one for a model that cools down under the preferred one, and for that model only', async () => {
    const { acquire, nowMs, selection } = await house();
    const cooldown = { untilMs: nowMs + 1, reason: 'usage_limit', code: 'plan_limit_reached' } as const;
    selection.status.startCooldown({ id: oauthId, fingerprint: 'v1' }, 'opus', cooldown);

    expect(await acquire('opus')).toMatchObject({
      do: 'use',
      credential: { kind: 'api_key' },
      reason: 'plan_limit_reached',
      resolved: { kind: 'api_key' },
    });
    for (const model of ['sonnet', null])
      expect(await acquire(model)).toMatchObject({
        do: 'use',
        reason: 'preferred',
        resolved: { kind: 'oauth', version: 1 },
      });
    expect(await selection.choose()).toMatchObject({ credential: { kind: 'oauth' }, reason: 'preferred' });
  });

  it('is decided, and nothing is got, in a dry run', async () => {
    const { acquire, tokens } = await house();
    tokens.get = async () => {
      throw new Error('asked for a token');
    };
    expect(await acquire(null, { dryRun: true })).toMatchObject({
      do: 'use',
      credential: { kind: 'oauth' },
      resolved: null,
    });
  });

  it('is the next one where the first cannot be had, and the request remembers why', async () => {
    const { acquire, tokens } = await house();
    tokens.get = async () => {
      throw new Error('unforeseen');
    };
    const unavailable = new Map();
    expect(await acquire(null, { unavailable })).toEqual({
      do: 'stop',
      code: 'internal_error',
      retryAtMs: null,
    });
    expect(unavailable.get(oauthId)).toEqual({ code: 'internal_error', retryAtMs: null, version: 1 });
  });

  it('is none for a request that is over', async () => {
    const { acquire } = await house();
    expect(await acquire(null, { signal: AbortSignal.abort() })).toEqual({ do: 'aborted' });
  });
});
