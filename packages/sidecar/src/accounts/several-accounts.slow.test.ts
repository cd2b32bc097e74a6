import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothingChosen } from '../../test/support/accounts/nothing-chosen.ts';
import { clientOf, now, type StandIn, startStandIn } from '../../test/support/oauth/fake-server.ts';
import { createAccessTokens } from '../access-token/index.ts';
import type { ReportedFact } from '../credentials/index.ts';
import { openStore } from '../store/index.ts';
import { createSignIns } from './create-sign-ins.ts';

let server: StandIn;
let facts: ReportedFact['type'][];
/** Credentials whose cooldowns a new sign-in has ended. */
let forgotten: string[];
let signIns: ReturnType<typeof createSignIns>;
let close: () => Promise<void>;

beforeEach(async () => {
  server = await startStandIn();
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-several-accounts-'));
  const clock = (): number => now;
  const log = (): void => undefined;
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  facts = [];
  forgotten = [];
  const report = (fact: ReportedFact): void => void facts.push(fact.type);
  const oauth = clientOf(server.origin, {}, { clock });
  const accessTokens = createAccessTokens({ store, oauth, report, clock, log });
  signIns = createSignIns({
    redirectUriTemplate: 'http://127.0.0.1:{port}/auth/anthropic/callback',
    alwaysOwnListener: false,
    access: { linkedBilling: false, supplied: false },
    sidecarPort: () => 8765,
    settings: { read: () => defaultSettings },
    selection: nothingChosen((id) => void forgotten.push(id)),
    gateway: { tryCredential: async () => ({ outcome: 'accepted', code: null }) },
    ...{ store, oauth, accessTokens, report, clock, log },
  });
  close = async () => {
    await signIns.close();
    await accessTokens.close();
    await store.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
});
afterEach(async () => {
  await close();
  await server[Symbol.asyncDispose]();
});

/** Begins a sign-in, and brings the browser's answer. */
async function answer(credentialId: string, members: Readonly<Record<string, string>>): Promise<void> {
  const { authorizationUrl } = await signIns.start({ restart: false, credentialId });
  const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
  const parameters = new URLSearchParams({ ...members, state, iss: server.origin });
  await signIns.completeFromBrowser({ parameters });
}

const signIn = (credentialId = 'oauth:default') => answer(credentialId, { code: 'the-code' });

describe('a sign-in of another account', () => {
  const work = 'oauth:work';

  it('that is pending says nothing of this one, and is ended only by its own cancel', async () => {
    await signIns.start({ restart: false, credentialId: work });
    expect(await signIns.status('oauth:default')).toMatchObject({ state: 'signed_out', pendingSignIn: null });
    expect(await signIns.status(work)).toMatchObject({ state: 'pending', pendingSignIn: {} });
    expect(await signIns.cancel('oauth:default')).toMatchObject({ state: 'signed_out', pendingSignIn: null });
    expect((await signIns.status(work)).state).toBe('pending');
    expect(facts).toEqual(['sign_in_started']);
    expect(await signIns.cancel(work)).toMatchObject({ state: 'signed_out', pendingSignIn: null });
    expect(facts).toEqual(['sign_in_started', 'sign_in_cancelled']);
  });

  it('that failed leaves its error with that account', async () => {
    await answer(work, { error: 'access_denied' });
    expect((await signIns.status(work)).lastError).toMatchObject({ code: 'access_denied' });
    expect((await signIns.status('oauth:default')).lastError).toBeNull();
  });

  it('is the one that is meant where none is named, once this one is signed out', async () => {
    await signIn();
    await signIns.start({ restart: false, credentialId: work });
    expect((await signIns.status(null)).state).toBe('signed_in');
    await signIns.cancel(work);
    await signIn(work);
    // What was noted of the plan before is void.
    expect(forgotten).toEqual(['oauth:default', work]);
    await signIns.signOut('oauth:default');
    expect((await signIns.status(null)).state).toBe('signed_in');
    await signIns.signOut(null);
    expect((await signIns.status(work)).state).toBe('signed_out');
  });

  it('is ended by a cancel that names none, which answers with how that account stands', async () => {
    await signIn();
    await signIns.start({ restart: false, credentialId: work });
    expect((await signIns.cancel(null)).state).toBe('signed_out');
    expect((await signIns.status(work)).pendingSignIn).toBeNull();
  });
});
