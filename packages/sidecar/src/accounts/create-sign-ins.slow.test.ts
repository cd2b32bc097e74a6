import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothingChosen } from '../../test/support/accounts/nothing-chosen.ts';
import {
  type Answer,
  clientOf,
  json,
  now,
  reset,
  type StandIn,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';

import { createAccessTokens } from '../access-token/index.ts';
import type { ReportedFact } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { createSignIns } from './create-sign-ins.ts';
import type { SignInStep } from './sign-in-flow.ts';

let server: StandIn;
let dataDir: string;
let store: Store;
/** What is to go wrong with the next write of a sign-in. */
let writeFault: StoreError | null;
let facts: ReportedFact['type'][];
let steps: SignInStep[];
let tried: string[];
let nowMs: number;
let signIns: ReturnType<typeof createSignIns>;
let close: () => Promise<void>;

beforeEach(async () => {
  server = await startStandIn();
  dataDir = mkdtempSync(join(tmpdir(), 'postern-accounts-'));
  nowMs = now;
  const clock = (): number => nowMs;
  const log = (): void => undefined;
  store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  writeFault = null;
  facts = [];
  steps = [];
  tried = [];
  const report = (fact: ReportedFact): void => void facts.push(fact.type);
  const oauth = clientOf(server.origin, {}, { clock });
  const failing: Store = {
    ...store,
    signIns: {
      ...store.signIns,
      update: async (id, change) => {
        if (writeFault !== null) throw writeFault;
        return await store.signIns.update(id, change);
      },
    },
  };
  const accessTokens = createAccessTokens({ store: failing, oauth, report, clock, log });
  signIns = createSignIns({
    redirectUriTemplate: 'http://127.0.0.1:{port}/auth/anthropic/callback',
    alwaysOwnListener: false,
    access: { linkedBilling: false, supplied: false },
    sidecarPort: () => 8765,
    store: failing,
    settings: { read: () => defaultSettings },
    oauth,
    accessTokens,
    selection: nothingChosen(),
    gateway: {
      tryCredential: async (id) => {
        tried.push(id);
        return { outcome: 'accepted', code: null };
      },
    },
    report,
    clock,
    log,
    onStep: (step) => steps.push(step),
  });
  close = async () => {
    await signIns.close();
    await accessTokens.close();
    await store.close();
  };
});
afterEach(async () => {
  await close();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

/** Begins, and gives the answer the browser would bring. */
async function begun(): Promise<URLSearchParams> {
  const { authorizationUrl } = await signIns.start({ restart: true, credentialId: null });
  const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
  return new URLSearchParams({ code: 'the-code', state, iss: server.origin });
}

async function signIn(): Promise<void> {
  expect(await signIns.completeFromBrowser({ parameters: await begun() })).toEqual({
    page: 'signed_in',
    status: 200,
  });
}

const second = json({ access_token: 'second', refresh_token: 'second-refresh', token_type: 'Bearer' });
const stored = async () => (await store.signIns.read('oauth:default')).tokens?.accessToken.reveal() ?? null;

describe('a sign-in', () => {
  it('is stored before the page says so, told, and tried once', async () => {
    await signIn();
    expect(await stored()).toBe('canary-access-token');
    expect(steps).toEqual(['pending_written', 'pending_taken', 'exchanged', 'issued']);
    expect(facts).toEqual(['sign_in_started', 'sign_in_completed']);
    expect(tried).toEqual(['oauth:default']);
    expect(await signIns.status(null)).toMatchObject({
      state: 'signed_in',
      lastError: null,
      pendingSignIn: null,
    });
  });

  it('that replaces a living one revokes the old tokens before the code is sent', async () => {
    await signIn();
    server.on('/token', second);
    await signIn();
    expect(server.received.map(({ path }) => path).slice(-2)).toEqual(['/revoke', '/token']);
    expect(server.at('/revoke')[0]?.body).toContain('token=canary-refresh-token');
    expect(await stored()).toBe('second');
    expect((await signIns.status(null)).revocation).toBeNull();
  });

  it('that replaces a revoked one and then fails leaves nothing that would be sent', async () => {
    await signIn();
    server.on('/token', json({ error: 'invalid_grant' }, 400));
    const parameters = await begun();
    expect((await signIns.completeFromBrowser({ parameters })).page).toBe('failed');
    expect(await stored()).toBeNull();
  });

  it('that fails keeps the old one where that could not be revoked', async () => {
    await signIn();
    server.on('/revoke', json({ error: 'temporarily_unavailable' }, 503));
    server.on('/token', json({ error: 'invalid_grant' }, 400));
    const parameters = await begun();
    expect((await signIns.completeFromBrowser({ parameters })).page).toBe('failed');
    expect(await stored()).toBe('canary-access-token');
  });

  it.each<[string, Answer]>([
    ['was lost', reset],
    ['was refused', json({ error: 'invalid_grant' }, 400)],
    ['was refused without a word', text('', 400)],
  ])('after a renewal that %s never sends the old token again, nor does a sign-out', async (_, answer) => {
    await signIn();
    server.on('/token', answer);
    await expect(signIns.refresh(null)).rejects.toThrow();
    server.on('/token', second);
    await signIn();
    expect(await stored()).toBe('second');
    server.on('/token', answer);
    await expect(signIns.refresh(null)).rejects.toThrow();
    await signIns.signOut(null);
    expect(server.at('/revoke')).toEqual([]);
  });

  it('F30 that cannot be stored leaves no orphan at the server, and says why', async () => {
    const parameters = await begun();
    writeFault = new StoreError('storage_full');
    expect(await signIns.completeFromBrowser({ parameters })).toEqual({ page: 'failed', status: 400 });
    await expect.poll(() => server.at('/revoke')).toHaveLength(1);
    expect(await signIns.status(null)).toMatchObject({
      state: 'signed_out',
      lastError: { code: 'storage_full' },
    });
    expect(facts).toEqual(['sign_in_started', 'sign_in_failed']);
  });

  it('with a pasted code needs no iss; with a wrong state it goes on waiting', async () => {
    const parameters = await begun();
    const pasted = `${parameters.get('code')}#${parameters.get('state')}`;
    await expect(signIns.completeForwarded({ pasted: 'the-code#wrong' })).rejects.toMatchObject({
      code: 'state_mismatch',
    });
    expect((await signIns.status(null)).state).toBe('pending');
    expect(await signIns.completeForwarded({ pasted })).toMatchObject({ state: 'signed_in' });
    await expect(signIns.completeForwarded({ pasted })).rejects.toMatchObject({ code: 'no_sign_in_pending' });
  });

  it('F01 that got twenty strays reads only the answer that belongs to it', async () => {
    const parameters = await begun();
    const stray = new URLSearchParams({ code: 'x', state: 'wrong' });
    const statuses: number[] = [];
    for (let n = 0; n < 25; n += 1)
      statuses.push((await signIns.completeFromBrowser({ parameters: stray })).status);
    expect(statuses.indexOf(429)).toBe(20);
    expect((await signIns.completeFromBrowser({ parameters })).status).toBe(200);
  });

  it('that is cancelled is no failure', async () => {
    await begun();
    expect(await signIns.cancel(null)).toMatchObject({ state: 'signed_out', lastError: null });
    expect(facts).toEqual(['sign_in_started', 'sign_in_cancelled']);
    expect((await signIns.cancel(null)).state).toBe('signed_out');
    expect(facts).toHaveLength(2);
  });
});

describe('F11 an exchange that takes long', () => {
  const meanwhiles = [
    ['a new start', () => signIns.start({ restart: false, credentialId: null })],
    ['a cancel', () => signIns.cancel(null)],
    ['a sign-out', () => signIns.signOut(null)],
  ] as const;
  const first = ['a first sign-in', false] as const;
  const later = ['one that replaces a living one', true] as const;

  it.each([first, later].flatMap((one) => meanwhiles.map((each) => [...one, ...each] as const)))(
    'of %s (%s) brings and leaves nothing after %s, and its tokens are revoked',
    async (_, replaces, _name, meanwhile) => {
      if (replaces) await signIn();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const late = { access_token: 'late', refresh_token: 'late-refresh', token_type: 'Bearer' };
      server.on('/token', (...request) => void released.then(() => json(late)(...request)));
      const completing = signIns.completeFromBrowser({ parameters: await begun() });
      await expect.poll(() => server.at('/token')).toHaveLength(replaces ? 2 : 1);
      // A sign-out waits for the exchange of one that replaces.
      const other = meanwhile();
      await Promise.race([other, sleep(100)]);
      release();
      expect(await completing).toEqual({ page: 'failed', status: 400 });
      await other;
      expect(await stored()).toBeNull();
      expect(await signIns.status(null)).toMatchObject({ connected: false, lastError: null });
      expect(facts.includes('credential_changed')).toBe(replaces);
      const old = replaces ? ['canary-refresh-token'] : [];
      const revoked = () => server.at('/revoke').map(({ body }) => new URLSearchParams(body).get('token'));
      await expect.poll(revoked).toEqual([...old, 'late-refresh']);
    },
  );
});

it('is begun under an id of its own kind only', async () => {
  for (const credentialId of ['api_key:work', 'oauth:', 'oauth:../x', 'claude_code:default'])
    await expect(signIns.start({ restart: true, credentialId })).rejects.toMatchObject({ code: 'not_found' });
  expect(facts).toEqual([]);
  const { authorizationUrl } = await signIns.start({ restart: false, credentialId: 'oauth:work' });
  expect(authorizationUrl).toContain(server.origin);
});

describe('a sign-out', () => {
  it('removes here first, then revokes, and is no error a second time', async () => {
    await signIn();
    steps.length = 0;
    let storedAtRevocation: Promise<string | null> | null = null;
    server.on('/revoke', (response) => {
      storedAtRevocation = stored();
      response.end();
    });
    expect(await signIns.signOut(null)).toEqual({ state: 'signed_out', revocation: 'done' });
    expect(await storedAtRevocation).toBeNull();
    expect(steps).toEqual(['removed', 'revoked']);
    expect(await signIns.signOut(null)).toEqual({ state: 'signed_out', revocation: 'done' });
    expect(server.at('/revoke')).toHaveLength(1);
    expect(facts.filter((type) => type === 'signed_out')).toHaveLength(1);
  });

  it('ends a sign-in that waits as well', async () => {
    const parameters = await begun();
    expect(await signIns.signOut(null)).toEqual({ state: 'signed_out', revocation: 'done' });
    expect((await signIns.completeFromBrowser({ parameters })).status).toBe(400);
    expect(server.at('/token')).toHaveLength(0);
  });

  it('F30 that cannot be stored is not said to be done', async () => {
    await signIn();
    writeFault = new StoreError('storage_full');
    await expect(signIns.signOut(null)).rejects.toMatchObject({ code: 'storage_full' });
    expect(server.at('/revoke')).toHaveLength(0);
    expect((await signIns.status(null)).state).toBe('signed_in');
  });
});

describe('a refresh by the person', () => {
  it('gives the new status', async () => {
    await signIn();
    nowMs += 60_000;
    const before = await signIns.status(null);
    const after = await signIns.refresh(null);
    expect(Date.parse(after.expiresAt ?? '')).toBeGreaterThan(Date.parse(before.expiresAt ?? ''));
  });

  it('is refused where nobody is signed in', async () => {
    await expect(signIns.refresh(null)).rejects.toMatchObject({ code: 'not_signed_in' });
  });
});
