import { describe, expect, it } from 'vitest';
import type { ReportedFact } from '../credentials/index.ts';
import { OAuthResponseError, TransientError } from '../errors/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createAccessTokens } from './create-access-tokens.ts';
import { HandClock, issuer, SharedDirectory, StrictServer, settle } from './stand-ins.ts';

const id = 'oauth:default';
const hour = 3_600_000;
const unavailable = (): TransientError => new TransientError('refresh_unavailable', { sent: false });
const uncertain = (): TransientError => new TransientError('refresh_uncertain', { sent: true });

interface World {
  readonly time: HandClock;
  readonly server: StrictServer;
  readonly directory: SharedDirectory;
  readonly facts: ReportedFact[];
  /** Another process with the same directory; `random` is its luck. */
  readonly open: (random?: number) => AccessTokens;
}

function world(): World {
  const time = new HandClock();
  const server = new StrictServer(time);
  const directory = new SharedDirectory();
  const facts: ReportedFact[] = [];
  const open = (random = 0.5): AccessTokens =>
    createAccessTokens({
      store: directory.store,
      oauth: server.client,
      report: (fact) => facts.push(fact),
      clock: time.clock,
      schedule: time.schedule,
      random: () => random,
      log: () => undefined,
    });
  return { time, server, directory, facts, open };
}

async function signedIn(): Promise<World & { readonly access: AccessTokens }> {
  const made = world();
  const access = made.open();
  await access.issue(id, made.server.grant(), issuer, 'client');
  return { ...made, access };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'another error';
  }
}

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
    expect(await access.end(id)).toEqual({ wasSignedIn: true, removed: null });
  });

  it('F29 is not given back for revocation where a new sign-in replaces one of another server', async () => {
    const { access, server } = await signedIn();
    await access.issue(id, server.grant(), 'https://other.example', 'client');
    expect((await access.issue(id, server.grant(), issuer, 'client')).replaced).toBeNull();
    const { replaced } = await access.issue(id, server.grant(), issuer, 'client');
    expect(replaced?.refreshToken?.reveal()).toBe('refresh-3');
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

describe('background renewal', () => {
  it('renews before the token stops being fresh, on one timer', async () => {
    const { access, server, time } = await signedIn();
    access.startRenewal();
    await settle();
    expect(time.waits()).toHaveLength(1);
    await time.pass(hour - 9 * 60_000);
    expect(server.sent).toEqual(['refresh-1']);
    expect((await access.get(id)).version).toBe(2);
    expect(time.waits()).toHaveLength(1);
  });

  it('F34 makes one refresh after a sleep of twelve hours', async () => {
    const { access, server, time } = await signedIn();
    access.startRenewal();
    await settle();
    await time.pass(12 * hour, 'jump');
    await time.pass(10_000);
    expect(server.sent).toEqual(['refresh-1']);
    expect((await access.get(id)).version).toBe(2);
  });

  it('spreads the renewals of several processes', async () => {
    const { access, open, server, time } = await signedIn();
    const other = open(1);
    access.startRenewal();
    other.startRenewal();
    await settle();
    expect(time.waits()).toEqual([600_000, 600_000]);
    await time.pass(50 * 60_000);
    expect(time.waits().toSorted((a, b) => a - b)).toEqual([30_000, 60_000]);
    await time.pass(2 * 60_000);
    expect(server.sent).toEqual(['refresh-1']);
    expect((await other.get(id)).version).toBe(2);
  });

  it('F30 does not try without a pause where nothing can be written', async () => {
    const { access, directory, server, time } = await signedIn();
    directory.failWrites = 'storage_full';
    access.startRenewal();
    await time.pass(2 * hour, 'jump');
    await time.pass(10 * 60_000);
    expect(directory.writes).toBeLessThan(15);
    expect(server.sent).toEqual([]);
    directory.failWrites = null;
    await time.pass(61_000);
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('does not begin where it was closed before the records were read', async () => {
    const { access, server, time } = await signedIn();
    access.startRenewal();
    await access.close();
    await settle();
    await time.pass(2 * hour);
    expect(time.waits()).toEqual([]);
    expect(server.sent).toEqual([]);
  });

  it('stops with close, which waits for what was sent', async () => {
    const { access, directory, server } = await signedIn();
    let release = (): void => undefined;
    server.hold = new Promise((resolve) => {
      release = resolve;
    });
    void access.refreshNow(id);
    await settle();
    const closed = access.close();
    release();
    await closed;
    expect(directory.records.get(id)?.version).toBe(2);
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
  });
});
