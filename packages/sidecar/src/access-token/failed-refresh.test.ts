import { describe, expect, it } from 'vitest';
import { issuer } from '../../test/support/access-token/fakes.ts';
import {
  codeOf,
  hour,
  id,
  signedIn,
  unavailable,
  uncertain,
} from '../../test/support/access-token/harness.ts';
import { OAuthResponseError } from '../errors/index.ts';

describe('a sign-in without a refresh token', () => {
  const bare = async () => {
    const world = await signedIn();
    const grant = world.server.grant();
    await world.access.issue(
      id,
      { ...grant, tokens: { ...grant.tokens, refreshToken: null } },
      issuer,
      'client',
    );
    return world;
  };

  it('serves to the very end of its access token and is over then, without the lock to find out', async () => {
    const { access, directory, time } = await bare();
    await time.pass(hour - 1);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
    await time.pass(1);
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(await codeOf(access.refreshNow(id))).toBe('reauthorization_required');
    expect(directory.locks).toBe(0);
  });

  it('is over when the service rejects its access token', async () => {
    const { access, directory } = await bare();
    const { version } = await access.get(id);
    expect(await codeOf(access.get(id, { rejectedVersion: version }))).toBe('reauthorization_required');
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(directory.locks).toBe(0);
  });
});

describe('a refresh that fails', () => {
  it('F19 ends the sign-in on invalid_grant, once, and says so', async () => {
    const { access, facts, server, time } = await signedIn();
    server.familyEnded = true;
    await time.pass(2 * hour);
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(server.sent).toEqual(['refresh-1']);
    expect(facts.filter((fact) => fact.type === 'credential_changed')).toHaveLength(1);
  });

  it('F20 keeps the tokens, serves the living one and tries once per back-off step', async () => {
    const { access, server, time } = await signedIn();
    for (let n = 0; n < 3; n += 1) server.trouble.push({ when: 'before', error: unavailable() });
    await time.pass(hour - 30_000);
    for (let asked = 0; asked < 10; asked += 1)
      expect((await access.get(id)).accessToken.reveal()).toBe('access-1');
    expect(server.sent).toHaveLength(1);
    await time.pass(5_001);
    await access.get(id);
    expect(server.sent).toHaveLength(2);
    await time.pass(60_000);
    expect(await codeOf(access.get(id))).toBe('refresh_unavailable');
    expect(await codeOf(access.get(id))).toBe('refresh_unavailable');
    expect(server.sent).toHaveLength(3);
    await time.pass(46_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
  });

  it('lets the person try once outside the back-off, and no more', async () => {
    const { access, server, time } = await signedIn();
    for (let n = 0; n < 9; n += 1) server.trouble.push({ when: 'before', error: unavailable() });
    await time.pass(2 * hour);
    await codeOf(access.get(id));
    expect(await codeOf(access.refreshNow(id))).toBe('refresh_unavailable');
    expect(await codeOf(access.refreshNow(id))).toBe('refresh_unavailable');
    expect(server.sent).toHaveLength(2);
  });

  it('lets the person try once outside the back-off in all processes together: a loop in a shell is no storm', async () => {
    const { access, open, server, time } = await signedIn();
    for (let n = 0; n < 99; n += 1) server.trouble.push({ when: 'before', error: unavailable() });
    await time.pass(2 * hour);
    await codeOf(access.get(id));
    for (let call = 0; call < 10; call += 1) {
      const process = open();
      expect(await codeOf(process.refreshNow(id))).toBe('refresh_unavailable');
      await process.close();
    }
    expect(server.sent).toHaveLength(2);
    await time.pass(6_000);
    await codeOf(open().refreshNow(id));
    await codeOf(open().refreshNow(id));
    expect(server.sent).toHaveLength(4);
  });

  it('lets the person try once more after a new start, which may have put right what was wrong', async () => {
    const { access, open, server, time } = await signedIn();
    for (let n = 0; n < 99; n += 1) server.trouble.push({ when: 'before', error: unavailable() });
    await time.pass(2 * hour);
    await codeOf(access.get(id));
    for (let start = 1; start <= 2; start += 1) {
      const sidecar = open();
      sidecar.startRenewal();
      for (let call = 0; call < 3; call += 1)
        expect(await codeOf(sidecar.refreshNow(id))).toBe('refresh_unavailable');
      expect(server.sent).toHaveLength(1 + start);
      await sidecar.close();
    }
  });

  it('F21 keeps the tokens and sends at most five an hour where the configuration is refused', async () => {
    const { access, server, time } = await signedIn();
    for (let n = 0; n < 99; n += 1)
      server.trouble.push({
        when: 'before',
        error: new OAuthResponseError('misconfigured', 'invalid_client'),
      });
    await time.pass(2 * hour);
    for (let minute = 0; minute < 60; minute += 1) {
      expect(await codeOf(access.get(id))).toBe('misconfigured');
      expect(await codeOf(access.refreshNow(id))).toBe('misconfigured');
      await time.pass(59_000);
    }
    expect(server.sent.length).toBeLessThanOrEqual(5);
    expect((await access.current(id)).tokens?.refreshToken).not.toBeNull();
  });

  it('F24 uses a token whose refresh got no answer to its end, then tries once more, then needs a person', async () => {
    const { access, directory, server, time } = await signedIn();
    server.trouble.push({ when: 'after', error: uncertain() });
    await time.pass(hour - 30_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-1');
    expect(await codeOf(access.refreshNow(id))).toBe('refresh_uncertain');
    expect(server.sent).toHaveLength(1);
    await time.pass(31_000);
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(server.sent).toHaveLength(2);
    expect(directory.records.get(id)).toMatchObject({
      status: 'reauthorization_required',
      reason: 'interrupted_refresh',
    });
  });

  it('F24 does not make the late try in the same second of bad network, unless a person asks', async () => {
    const { access, server, time } = await signedIn();
    for (let n = 0; n < 2; n += 1) server.trouble.push({ when: 'before', error: uncertain() });
    await time.pass(2 * hour);
    expect(await codeOf(access.get(id))).toBe('refresh_uncertain');
    expect(await codeOf(access.get(id))).toBe('refresh_uncertain');
    expect(server.sent).toHaveLength(1);
    await time.pass(5_001);
    server.trouble.length = 0;
    expect((await access.get(id)).version).toBe(2);
    expect(server.sent).toHaveLength(2);
  });

  it('F24 knows a late try from a first one where the server refused the installation in between', async () => {
    const { access, directory, server, time } = await signedIn();
    server.trouble.push({ when: 'after', error: uncertain() });
    const refused = new OAuthResponseError('misconfigured', 'invalid_client');
    server.trouble.push({ when: 'before', error: refused });
    await time.pass(2 * hour);
    await codeOf(access.get(id));
    expect(await codeOf(access.refreshNow(id))).toBe('misconfigured');
    await time.pass(hour);
    expect(await codeOf(access.get(id))).toBe('reauthorization_required');
    expect(directory.records.get(id)?.reason).toBe('interrupted_refresh');
  });

  it('F24 needs a person where the late try gets no answer either, whatever went wrong', async () => {
    for (const error of [uncertain(), new Error('unknown')]) {
      const { access, server, time } = await signedIn();
      server.trouble.push({ when: 'before', error: uncertain() }, { when: 'before', error });
      await time.pass(2 * hour);
      await codeOf(access.get(id));
      expect(await codeOf(access.refreshNow(id))).toBe('reauthorization_required');
      expect(server.sent).toHaveLength(2);
    }
  });

  it('F34 does not rest on and on where the clock was set back since', async () => {
    const { access, server, time } = await signedIn();
    await time.pass(2 * hour);
    server.trouble.push({ when: 'before', error: unavailable() });
    await codeOf(access.get(id));
    time.nowMs -= 0.9 * hour;
    expect((await access.get(id)).version).toBe(2);
    expect(server.sent).toHaveLength(2);
  });

  it('F24 comes back by the late try where the server had not spent the token after all', async () => {
    const { access, server, time } = await signedIn();
    server.trouble.push({ when: 'before', error: uncertain() });
    await time.pass(hour - 30_000);
    await access.get(id);
    await time.pass(31_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
    expect(server.familyEnded).toBe(false);
  });

  it('F24 makes the late try at once where a 401 ended the access token', async () => {
    const { access, server, time } = await signedIn();
    server.trouble.push({ when: 'before', error: uncertain() });
    await time.pass(hour - 30_000);
    await access.get(id);
    await time.pass(5_001);
    expect((await access.get(id, { rejectedVersion: 1 })).version).toBe(2);
  });

  it('F28 serves from memory what could not be stored, rotates no second time, and saves it when it can', async () => {
    const { access, directory, server, time } = await signedIn();
    // The intent is written, then the disk is full.
    server.onArrival = () => {
      directory.failWrites = 'storage_full';
    };
    await time.pass(2 * hour);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
    expect(access.isSaved(id)).toBe(false);
    expect(directory.records.get(id)?.version).toBe(1);
    expect(await codeOf(access.refreshNow(id))).toBe('refresh_unavailable');
    expect(server.sent).toEqual(['refresh-1']);
    directory.failWrites = null;
    await time.pass(2_000);
    expect(access.isSaved(id)).toBe(true);
    expect(directory.records.get(id)).toMatchObject({ version: 2, status: 'active', intent: null });
  });

  it('F28 saves at the end what could not be saved before', async () => {
    const { access, directory, server, time } = await signedIn();
    server.onArrival = () => {
      directory.failWrites = 'storage_full';
    };
    await time.pass(2 * hour);
    await access.get(id);
    directory.failWrites = null;
    await access.close();
    expect(directory.records.get(id)).toMatchObject({ version: 2, status: 'active' });
  });

  it('F29 writes a stored record back that was damaged or replaced by an older one', async () => {
    const { access, directory, server, time } = await signedIn();
    const old = directory.records.get(id);
    await access.get(id, { rejectedVersion: 1 });
    if (old !== undefined) directory.records.set(id, old);
    expect((await access.get(id)).version).toBe(2);
    expect(access.isSaved(id)).toBe(false);
    await time.pass(2_000);
    expect(directory.records.get(id)?.version).toBe(2);
    directory.records.delete(id);
    expect((await access.get(id)).version).toBe(2);
    await time.pass(2_000);
    expect(directory.records.get(id)?.version).toBe(2);
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('sends nothing where the intent cannot be written', async () => {
    const { access, directory, server, time } = await signedIn();
    directory.failWrites = 'storage_full';
    await time.pass(2 * hour);
    expect(await codeOf(access.get(id))).toBe('storage_full');
    expect(server.sent).toEqual([]);
  });

  it('F26 serves from memory while the keychain is locked', async () => {
    const { access, directory, time } = await signedIn();
    directory.failReads = 'credential_store_locked';
    await time.pass(hour - 30_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-1');
    await time.pass(31_000);
    expect(await codeOf(access.get(id))).toBe('credential_store_locked');
    directory.failReads = null;
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
  });
});
