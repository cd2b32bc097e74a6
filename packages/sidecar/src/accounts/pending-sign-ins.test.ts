import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import type { PendingSignIn, PendingSignInRecord } from '../store/index.ts';
import { createPendingSignIns, type PendingSignIns, type PendingSignInsDeps } from './pending-sign-ins.ts';

const anew = { restart: false, selectAccount: false };
const restarting = { restart: true, selectAccount: false };

const id = 'oauth:default';
const fiveMinutesMs = 5 * 60_000;

/** The one row, as the store keeps it; it can be locked, and its disk can be full. */
class Row implements PendingSignInRecord {
  pending: PendingSignIn | null = null;
  locked = false;
  full = false;

  async read(): Promise<PendingSignIn | null> {
    if (this.locked) throw new StoreError('credential_store_locked');
    return this.pending;
  }

  async write(pending: PendingSignIn): Promise<void> {
    if (this.locked) throw new StoreError('credential_store_locked');
    this.pending = pending;
  }

  async take(signInId: string): Promise<boolean> {
    if (this.full) throw new StoreError('storage_full');
    if (this.pending?.signInId !== signInId) return false;
    this.pending = null;
    return true;
  }
}

let row: Row;
let expired: number;
let log: string[];
let nowMs: number;
let opened: PendingSignIns[];
beforeEach(() => {
  row = new Row();
  expired = 0;
  log = [];
  nowMs = 1_700_000_000_000;
  opened = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const each of opened) await each.close();
});

function open(more: Partial<PendingSignInsDeps> = {}): PendingSignIns {
  const pendingSignIns = createPendingSignIns({
    oauth: {
      begin: async (redirectUri) => ({
        authorizationUrl: `https://as.example/authorize?redirect_uri=${encodeURIComponent(redirectUri)}`,
        state: new Secret('state'),
        codeVerifier: new Secret('verifier'),
        issuer: 'https://as.example',
        redirectUri,
      }),
    },
    record: row,
    redirectUriTemplate: () => 'http://127.0.0.1:{port}/auth/anthropic/callback',
    alwaysOwnListener: false,
    sidecarPort: () => 8765,
    clock: () => nowMs,
    onRedirect: async () => ({ page: 'signed_in', status: 200 }),
    onExpired: async () => {
      expired += 1;
    },
    log: (line) => log.push(line),
    ...more,
  });
  opened.push(pendingSignIns);
  return pendingSignIns;
}

async function isOpen(redirectUri: string): Promise<boolean> {
  return await fetch(redirectUri).then(
    () => true,
    () => false,
  );
}

describe('a sign-in that waits', () => {
  it('comes back to the sidecar’s own port, and is taken once', async () => {
    const pendingSignIns = open();
    const { redirectUri, signInId } = await pendingSignIns.begin(id, anew);
    expect(redirectUri).toBe('http://127.0.0.1:8765/auth/anthropic/callback');
    expect(await pendingSignIns.take('another')).toBe(false);
    expect(await pendingSignIns.take(signInId)).toBe(true);
    expect(await pendingSignIns.take(signInId)).toBe(false);
  });

  it('F11 of two starts at once the second finds the first', async () => {
    const pendingSignIns = open();
    const outcomes = await Promise.allSettled([
      pendingSignIns.begin(id, anew),
      pendingSignIns.begin(id, anew),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'sign_in_in_progress' } });
  });

  it('F11 gives way to one that is started again', async () => {
    const pendingSignIns = open();
    const first = await pendingSignIns.begin(id, anew);
    const second = await pendingSignIns.begin(id, restarting);
    expect((await pendingSignIns.current())?.signInId).toBe(second.signInId);
    expect(await pendingSignIns.take(first.signInId)).toBe(false);
  });

  it('keeps nothing where the server cannot be asked', async () => {
    const failing = { begin: () => Promise.reject(new StoreError('storage_full')) };
    const pendingSignIns = open({ oauth: failing, alwaysOwnListener: true });
    await expect(pendingSignIns.begin(id, anew)).rejects.toMatchObject({ code: 'storage_full' });
    expect(row.pending).toBeNull();
    expect(await pendingSignIns.current()).toBeNull();
  });
});

describe('F07 the end of the five minutes', () => {
  it('is found at the next look, and told once', async () => {
    const pendingSignIns = open();
    const { signInId } = await pendingSignIns.begin(id, anew);
    nowMs += fiveMinutesMs - 1;
    expect((await pendingSignIns.current())?.signInId).toBe(signInId);
    nowMs += 1;
    expect(await pendingSignIns.current()).toBeNull();
    expect(await pendingSignIns.current()).toBeNull();
    expect(expired).toBe(1);
  });

  it('comes by itself, and closes a listener of its own', async () => {
    const pendingSignIns = open({ alwaysOwnListener: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { redirectUri } = await pendingSignIns.begin(id, anew);
    expect(await isOpen(redirectUri)).toBe(true);
    nowMs += fiveMinutesMs;
    await vi.advanceTimersByTimeAsync(fiveMinutesMs + 50);
    expect(expired).toBe(1);
    expect(await isOpen(redirectUri)).toBe(false);
  });

  it('F34 comes after five minutes also where the clock was set back meanwhile', async () => {
    const pendingSignIns = open({ alwaysOwnListener: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { redirectUri } = await pendingSignIns.begin(id, anew);
    nowMs -= 2 * 3_600_000;
    await vi.advanceTimersByTimeAsync(fiveMinutesMs + 50);
    expect(expired).toBe(1);
    expect(await isOpen(redirectUri)).toBe(false);
    expect(await pendingSignIns.current()).toBeNull();
    expect(expired).toBe(1);
  });

  it('F07 closes the listener also of one that another process has put another in the place of', async () => {
    const pendingSignIns = open({ alwaysOwnListener: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { redirectUri } = await pendingSignIns.begin(id, anew);
    const other = await open().begin(id, restarting);
    expect(await isOpen(redirectUri)).toBe(true);
    await vi.advanceTimersByTimeAsync(fiveMinutesMs);
    row.pending = { ...other, expiresAtMs: nowMs + fiveMinutesMs, signInId: 'newer' };
    await vi.advanceTimersByTimeAsync(50);
    expect(await isOpen(redirectUri)).toBe(false);
    expect([expired, row.pending.signInId]).toEqual([0, 'newer']);
  });

  it('F26 needs no sealing key, so a locked store does not keep it', async () => {
    const pendingSignIns = open({ alwaysOwnListener: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await pendingSignIns.begin(id, anew);
    row.locked = true;
    nowMs += fiveMinutesMs;
    await vi.advanceTimersByTimeAsync(fiveMinutesMs + 50);
    expect([expired, row.pending]).toEqual([1, null]);
  });

  it('F30 is no crash where it cannot be written down, and is found later', async () => {
    const pendingSignIns = open({ alwaysOwnListener: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { redirectUri } = await pendingSignIns.begin(id, anew);
    row.full = true;
    nowMs += fiveMinutesMs;
    await vi.advanceTimersByTimeAsync(fiveMinutesMs + 50);
    expect(log.join()).toContain('storage_full');
    expect(await isOpen(redirectUri)).toBe(false);
    row.full = false;
    expect(await pendingSignIns.current()).toBeNull();
    expect(expired).toBe(1);
  });
});
