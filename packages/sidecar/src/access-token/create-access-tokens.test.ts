import { describe, expect, it } from 'vitest';
import { issuer, settle } from '../../test/support/access-token/fakes.ts';
import {
  codeOf,
  hour,
  id,
  signedIn,
  unavailable,
  uncertain,
  world,
} from '../../test/support/access-token/harness.ts';
import { ReauthorizationRequiredError } from '../errors/index.ts';

describe('a usable access token', () => {
  it('is served from memory while it is fresh', async () => {
    const { access, server, time } = await signedIn();
    await time.pass(hour / 2);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-1');
    expect(server.sent).toEqual([]);
  });

  it('is looked up in the store once in a turn of the event loop, however many ask', async () => {
    const { access, directory } = await signedIn();
    const first = await access.get(id);
    const { reads } = directory;
    expect(await access.get(id)).toBe(first);
    expect(directory.reads).toBe(reads);
    await settle();
    await access.get(id);
    expect(directory.reads).toBe(reads + 1);
  });

  it('is not served from this turn’s memory once this process has signed out or renewed', async () => {
    const { access } = await signedIn();
    await access.get(id);
    await access.refreshNow(id);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
    await access.end(id);
    expect(await codeOf(access.get(id))).toBe('not_signed_in');
  });

  it('is served and renewed behind while it is expiring', async () => {
    const { access, server, time } = await signedIn();
    await time.pass(hour - 5 * 60_000);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-1');
    await settle();
    expect(server.sent).toEqual(['refresh-1']);
    expect((await access.get(id)).accessToken.reveal()).toBe('access-2');
  });

  it('is renewed first when it has expired, once for all who ask', async () => {
    const { access, server, time } = await signedIn();
    await time.pass(2 * hour);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => access.get(id)));
    expect(new Set(tokens.map((token) => token.accessToken.reveal()))).toEqual(new Set(['access-2']));
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('is not there where nobody is signed in', async () => {
    expect(await codeOf(world().open().get(id))).toBe('not_signed_in');
  });

  it.each([
    ['https://other.example', 'client'],
    [issuer, 'another client'],
  ])('F29 is never sent to another server or for another client: %s, %s', async (other, client) => {
    const { access, server, time } = await signedIn();
    await access.issue(id, server.grant(), other, client);
    access.startRenewal();
    await time.pass(2 * hour);
    expect(await codeOf(access.get(id))).toBe('not_signed_in');
    expect(await codeOf(access.refreshNow(id))).toBe('not_signed_in');
    expect(await access.current(id)).toMatchObject({ status: 'absent', tokens: null });
    expect(server.sent).toEqual([]);
    expect(await access.end(id)).toEqual({
      wasSignedIn: true,
      removed: null,
      isOver: false,
    });
  });

  it('F29 is not given for revocation where it belongs to another server', async () => {
    const { access, server } = await signedIn();
    expect((await access.revocable(id))?.tokens.refreshToken?.reveal()).toBe('refresh-1');
    await access.issue(id, server.grant(), 'https://other.example', 'client');
    expect(await access.revocable(id)).toBeNull();
  });

  it('is removed in the version that is named only', async () => {
    const { access, server } = await signedIn();
    const version = (await access.revocable(id))?.version ?? 0;
    await access.issue(id, server.grant(), issuer, 'client');
    expect(await access.end(id, { version })).toMatchObject({ wasSignedIn: false, removed: null });
    expect((await access.current(id)).status).toBe('active');
    expect(await access.end(id, { version: version + 1 })).toMatchObject({ wasSignedIn: true });
    expect((await access.current(id)).status).toBe('absent');
  });

  it('is not given for revocation once a renewal of it was lost or refused', async () => {
    for (const fault of [uncertain(), new ReauthorizationRequiredError('reauthorization_required')]) {
      const { access, server } = await signedIn();
      server.trouble.push({ when: 'after', error: fault });
      await codeOf(access.refreshNow(id));
      expect(await access.revocable(id)).toBeNull();
      expect(await access.end(id)).toMatchObject({ removed: null });
    }
  });
});

describe('a refused access token', () => {
  it('F39 leads to one refresh for three staggered refusals', async () => {
    const { access, server } = await signedIn();
    let release = (): void => undefined;
    server.hold = new Promise((resolve) => {
      release = resolve;
    });
    const first = access.get(id, { rejectedVersion: 1 });
    await settle();
    const second = access.get(id, { rejectedVersion: 1 });
    release();
    const third = await first.then(() => access.get(id, { rejectedVersion: 1 }));
    expect((await first).version).toBe(2);
    expect((await second).version).toBe(2);
    expect(third.version).toBe(2);
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('is not served again while it cannot be renewed', async () => {
    const { access, server } = await signedIn();
    server.trouble.push({ when: 'before', error: unavailable() });
    expect(await codeOf(access.get(id, { rejectedVersion: 1 }))).toBe('refresh_unavailable');
    expect(await codeOf(access.get(id))).toBe('no error');
    expect(server.sent).toEqual(['refresh-1', 'refresh-1']);
  });

  it('rests for five minutes where the renewed one is refused as well', async () => {
    const { access, directory, time } = await signedIn();
    const renewed = await access.get(id, { rejectedVersion: 1 });
    await access.noteRejectedAgain(id, renewed.version);
    expect(directory.records.get(id)?.cooldown).toEqual({ untilMs: time.nowMs + 300_000, version: 2 });
    await access.noteAccepted(id, 2);
    expect(directory.records.get(id)?.cooldown).toBeNull();
  });
});

describe('an accepted access token', () => {
  it('is written down once an hour, and F34 again where the clock was set back', async () => {
    const { access, directory, time } = await signedIn();
    const acceptedAt = async (): Promise<number> => {
      await access.noteAccepted(id, 1);
      return (directory.records.get(id)?.acceptedAtMs ?? 0) - time.nowMs;
    };
    expect(await acceptedAt()).toBe(0);
    await time.pass(60_000);
    expect(await acceptedAt()).toBe(-60_000);
    time.nowMs -= 2 * hour;
    expect(await acceptedAt()).toBe(0);
  });
});

describe('a token for a script', () => {
  it('is renewed where fewer seconds are left than asked', async () => {
    const { access, time } = await signedIn();
    await time.pass(hour - 20 * 60_000);
    expect((await access.getValidFor(id, 60)).version).toBe(1);
    expect((await access.getValidFor(id, 30 * 60)).version).toBe(2);
  });

  it('is the fresh one where no token ever lives that long', async () => {
    const { access, server } = await signedIn();
    expect((await access.getValidFor(id, 86_400)).version).toBe(1);
    expect(server.sent).toEqual([]);
  });

  it('is not one with less than was asked, where it cannot be renewed right now', async () => {
    const { access, server, time } = await signedIn();
    server.trouble.push({ when: 'before', error: unavailable() });
    await time.pass(hour - 20 * 60_000);
    expect(await codeOf(access.getValidFor(id, 30 * 60))).toBe('refresh_unavailable');
    expect((await access.get(id)).version).toBe(1);
  });

  it('is the one there is where it can never be renewed', async () => {
    const { access, server, time } = await signedIn();
    const { tokens, account } = server.grant();
    await access.issue(id, { tokens: { ...tokens, refreshToken: null }, account }, issuer, 'client');
    await time.pass(hour - 20 * 60_000);
    expect((await access.getValidFor(id, 30 * 60)).version).toBe(2);
    expect(server.sent).toEqual([]);
    expect(await codeOf(access.refreshNow(id))).toBe('not_renewable');
    await time.pass(hour);
    expect(await codeOf(access.refreshNow(id))).toBe('reauthorization_required');
  });
});
