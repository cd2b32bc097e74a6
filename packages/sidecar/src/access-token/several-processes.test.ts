import { describe, expect, it } from 'vitest';
import { issuer, settle } from '../../test/support/access-token/fakes.ts';
import { codeOf, hour, id, signedIn, type World } from '../../test/support/access-token/harness.ts';
import type { AccessTokens } from './access-tokens.ts';

describe('several processes', () => {
  it('make one refresh: whoever comes second adopts what the first stored', async () => {
    const { access, open, server, time } = await signedIn();
    const other = open();
    await other.get(id);
    await time.pass(2 * hour);
    const [a, b] = await Promise.all([access.get(id), other.get(id)]);
    expect([a.version, b.version]).toEqual([2, 2]);
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('see what another one did with the next turn of the event loop: a sign-out, a new sign-in', async () => {
    const { access, open, server } = await signedIn();
    const other = open();
    await other.get(id);
    await access.end(id);
    await settle();
    expect(await codeOf(other.get(id))).toBe('not_signed_in');
    await access.issue(id, server.grant(), issuer, 'client');
    expect((await other.get(id)).accessToken.reveal()).toBe('access-2');
  });

  it('F35 drop and revoke what one of them holds in memory where another signed out before it was saved', async () => {
    const { access, directory, open, server, time } = await signedIn();
    const other = open();
    await other.get(id);
    server.onArrival = () => {
      directory.failWrites = 'storage_full';
    };
    await time.pass(2 * hour);
    expect((await access.get(id)).version).toBe(2);
    directory.failWrites = null;
    directory.holderSuspended = true;
    await other.end(id);
    expect(await codeOf(access.get(id))).toBe('not_signed_in');
    expect(server.revoked).toEqual(['refresh-2']);
    expect(access.isSaved(id)).toBe(true);
    await time.pass(120_000);
    expect(directory.records.get(id)).toMatchObject({ status: 'absent', tokens: null });
  });

  it('F28 wait until the tokens that one of them holds in memory are saved, and send nothing meanwhile', async () => {
    const { access, directory, open, server, time } = await signedIn();
    server.onArrival = () => {
      directory.failWrites = 'storage_full';
    };
    await time.pass(2 * hour);
    expect((await access.get(id)).version).toBe(2);
    // There is room again, and the other one is faster than the first one's next attempt to save.
    directory.failWrites = null;
    const other = open().get(id);
    await settle();
    expect(server.sent).toEqual(['refresh-1']);
    await time.pass(2_000);
    expect((await other).version).toBe(2);
    expect(server.sent).toEqual(['refresh-1']);
    expect(server.familyEnded).toBe(false);
  });

  it('F31 send nothing a third time where a crash cut off the late try', async () => {
    const { directory, open, server, time } = await signedIn();
    const record = directory.records.get(id);
    if (record === undefined) throw new Error('no record');
    const intent = { refreshTokenFingerprint: 'f', atMs: time.nowMs, unanswered: false, triedLate: true };
    directory.records.set(id, { ...record, intent });
    await time.pass(2 * hour);
    const next = open();
    expect(await codeOf(next.get(id))).toBe('reauthorization_required');
    expect(server.sent).toEqual([]);
    expect(directory.records.get(id)).toMatchObject({
      status: 'reauthorization_required',
      reason: 'interrupted_refresh',
    });
  });

  it('F31 treat the intent of a crashed one as a possibly spent token', async () => {
    const { directory, open, server, time } = await signedIn();
    const record = directory.records.get(id);
    if (record === undefined) throw new Error('no record');
    const intent = { refreshTokenFingerprint: 'f', atMs: time.nowMs, unanswered: false, triedLate: false };
    directory.records.set(id, { ...record, intent });
    const next = open();
    expect(await codeOf(next.refreshNow(id))).toBe('refresh_uncertain');
    expect((await next.get(id)).accessToken.reveal()).toBe('access-1');
    await time.pass(2 * hour);
    expect((await next.get(id)).version).toBe(2);
    expect(server.sent).toEqual(['refresh-1']);
  });
});

describe('F35 signing out and in while a refresh is under way', () => {
  async function refreshing(): Promise<
    World & { access: AccessTokens; release: () => void; late: Promise<string> }
  > {
    const made = await signedIn();
    let release = (): void => undefined;
    made.server.hold = new Promise((resolve) => {
      release = resolve;
    });
    const late = codeOf(made.access.refreshNow(id));
    await settle();
    expect(made.server.sent).toEqual(['refresh-1']);
    return { ...made, release: () => release(), late };
  }

  it('takes along what the refresh brings, where it does not take long', async () => {
    const { access, directory, late, release, server } = await refreshing();
    const ended = access.end(id);
    await settle();
    release();
    await late;
    expect((await ended).removed?.refreshToken?.reveal()).toBe('refresh-2');
    expect(directory.records.get(id)).toMatchObject({ status: 'absent', tokens: null });
    expect(server.revoked).toEqual([]);
  });

  it('leaves nobody signed in where the refresh takes long, and revokes what comes late', async () => {
    const { access, directory, late, release, server } = await refreshing();
    directory.holderSuspended = true;
    await access.end(id);
    expect(await codeOf(access.get(id))).toBe('not_signed_in');
    release();
    await late;
    expect(directory.records.get(id)).toMatchObject({ status: 'absent', tokens: null });
    expect(server.revoked).toEqual(['refresh-2']);
    expect(await codeOf(access.get(id))).toBe('not_signed_in');
  });

  it('F22 revokes the old refresh token where the late answer brought no other: it is still good', async () => {
    const { access, directory, late, release, server } = await refreshing();
    server.rotates = false;
    directory.holderSuspended = true;
    await access.end(id);
    release();
    await late;
    expect(directory.records.get(id)).toMatchObject({ status: 'absent', tokens: null });
    expect(server.revoked).toEqual(['refresh-1']);
  });

  it('F22 revokes it too where the answer was still to be saved when the sign-out came', async () => {
    const { access, directory, open, server, time } = await signedIn();
    server.rotates = false;
    server.onArrival = () => {
      directory.failWrites = 'storage_full';
    };
    await time.pass(2 * hour);
    await access.get(id);
    directory.failWrites = null;
    directory.holderSuspended = true;
    await open().end(id);
    await time.pass(2_000);
    expect(server.revoked).toEqual(['refresh-1']);
    expect(directory.records.get(id)).toMatchObject({ status: 'absent', tokens: null });
  });

  it('lets the new sign-in win', async () => {
    const { access, late, release, server } = await refreshing();
    const fresh = server.grant();
    await access.issue(id, fresh, issuer, 'client');
    release();
    await late;
    expect((await access.get(id)).accessToken.reveal()).toBe(fresh.tokens.accessToken.reveal());
    expect(server.revoked).toEqual(['refresh-3']);
  });
});
