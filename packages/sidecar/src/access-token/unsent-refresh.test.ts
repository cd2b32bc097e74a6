import { describe, expect, it } from 'vitest';
import { issuer } from '../../test/support/access-token/fakes.ts';
import { codeOf, hour, id, signedIn } from '../../test/support/access-token/harness.ts';
import { standingOf } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { createOAuthClient, noOAuthServer, type OAuthClient } from '../oauth/index.ts';

/** As Postern starts where the operator's variable with the assertion is not set. */
const withoutAssertion = (): OAuthClient =>
  createOAuthClient(
    { ...noOAuthServer, profile: 'claude_platform', issuer, clientId: 'client' },
    { fetch: () => Promise.reject(new Error('nothing may be sent')), clock: Date.now, log: () => undefined },
  );

describe('a refresh that was never sent', () => {
  it('F21 does not end a sign-in whose client assertion is not configured, and it recovers when it is again', async () => {
    const { directory, open, server, time } = await signedIn();
    const bare = open(0.5, withoutAssertion());
    await time.pass(hour - 30_000);
    expect((await bare.get(id)).accessToken.reveal()).toBe('access-1');
    for (const waitMs of [31_000, 6_000, 10 * 60_000]) {
      await time.pass(waitMs);
      expect(await codeOf(bare.get(id))).toBe('client_assertion_unavailable');
    }
    const record = await bare.current(id);
    expect(standingOf(record, time.nowMs)).toMatchObject({ state: 'refresh_failing', refreshable: true });
    expect(directory.records.get(id)).toMatchObject({ status: 'active', intent: null });
    expect(server.sent).toEqual([]);
    await time.pass(10 * 60_000);
    expect((await open().get(id)).accessToken.reveal()).toBe('access-2');
  });

  it('F21 counts a request that could not be made as a matter of the configuration, not as a lost answer', async () => {
    const { access, directory, server, time } = await signedIn();
    const error = new InvalidRequestError('oauth_not_configured');
    server.trouble.push({ when: 'before', error }, { when: 'before', error });
    await time.pass(2 * hour);
    expect(await codeOf(access.get(id))).toBe('misconfigured');
    expect(await codeOf(access.refreshNow(id))).toBe('misconfigured');
    expect(directory.records.get(id)).toMatchObject({ status: 'active', intent: null });
    await time.pass(hour);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
  });
});
