import { describe, expect, it } from 'vitest';
import { absentSignIn, type SignIn } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { createCooldowns } from './cooldowns.ts';
import { createCredentialStatus } from './credential-status.ts';
import { createEndedLinks } from './ended-links.ts';

const now = 1_000_000_000;
const hour = 3_600_000;

/** How the status shows a sign-in whose token was granted for an hour and ends `leftMs` from now, and whose last refresh failed. */
async function seen(leftMs: number, more: Partial<SignIn> = {}) {
  const record: SignIn = {
    ...absentSignIn(4),
    status: 'active',
    tokens: {
      accessToken: new Secret('a'),
      refreshToken: new Secret('r'),
      tokenType: 'Bearer',
      scopes: [],
      issuedAtMs: now + leftMs - hour,
      expiresAtMs: now + leftMs,
      loginEndsAtMs: null,
    },
    failedAttempt: { code: 'refresh_unavailable', atMs: now - 1_000, count: 1, retryAtMs: now + 4_000 },
    ...more,
  };
  const store = {
    signIns: { ids: () => ['oauth:default'], read: async () => record, update: async () => record },
    apiKeys: { ids: () => [], read: async () => null, write: async () => undefined },
    documents: {
      read: () => null,
      update: (_name: string, change: (current: unknown) => unknown) => change(null),
    },
  };
  const clock = (): number => now;
  const status = createCredentialStatus({
    cooldowns: createCooldowns({ documents: store.documents, clock, log: () => undefined }),
    accessTokens: {
      current: async () => record,
      noteAccepted: async () => undefined,
      noteRejectedAgain: async () => undefined,
    },
    store,
    report: () => undefined,
    clock,
    sandbox: false,
    links: createEndedLinks({ documents: store.documents, clock, log: () => undefined }),
  });
  const entry = (await status.entries()).find(({ candidate }) => candidate.ref.kind === 'oauth');
  return { usable: entry?.candidate.usable, reason: entry?.candidate.reason };
}

describe('a sign-in whose refresh backs off', () => {
  it('F20 is usable until the very end of its access token', async () => {
    expect(await seen(1)).toEqual({ usable: true, reason: null });
    expect(await seen(0)).toEqual({ usable: false, reason: 'refresh_unavailable' });
  });

  it('is not usable where its access token was refused', async () => {
    expect(await seen(hour, { status: 'rejected' })).toEqual({
      usable: false,
      reason: 'refresh_unavailable',
    });
  });

  it('F34 is tried again where the clock was set back since', async () => {
    const attempt = {
      code: 'refresh_unavailable',
      atMs: now + hour,
      count: 1,
      retryAtMs: now + hour,
    } as const;
    expect(await seen(-1, { failedAttempt: attempt })).toEqual({ usable: true, reason: null });
  });
});
