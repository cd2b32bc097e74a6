import { describe, expect, it } from 'vitest';
import { issuer, settle } from '../../test/support/access-token/fakes.ts';
import { hour, id, signedIn } from '../../test/support/access-token/harness.ts';

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

  it('F26 begins with the first read after the keychain, locked at the start, was unlocked', async () => {
    const { directory, open, server, time } = await signedIn();
    const access = open();
    directory.failReads = 'credential_store_locked';
    access.startRenewal();
    await time.pass(1_000);
    expect(time.waits()).toEqual([]);
    directory.failReads = null;
    expect((await access.current(id)).status).toBe('active');
    await time.pass(hour - 9 * 60_000);
    expect(server.sent).toEqual(['refresh-1']);
  });

  it('begins again with a sign-in that another process made after a sign-out', async () => {
    const { access, open, server, time } = await signedIn();
    access.startRenewal();
    await access.end(id);
    await settle();
    expect(time.waits()).toEqual([]);
    await open().issue(id, server.grant(), issuer, 'client');
    expect((await access.current(id)).version).toBe(3);
    await time.pass(hour - 9 * 60_000);
    expect(server.sent).toEqual(['refresh-2']);
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
