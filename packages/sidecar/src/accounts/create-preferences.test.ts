import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { absentSignIn, type ReportedFact, type SignIn } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import { createSettingsStore } from '../settings/index.ts';
import { openStore, type Store } from '../store/index.ts';
import type { Preferences } from './accounts.ts';
import { createPreferences } from './create-preferences.ts';

const key = 'sk-ant-api03-preferences-of-a-test-0001';

let dataDir: string;
let store: Store;
let tried: string[];
let facts: ReportedFact[];
let keysFail: 'storage_full' | 'credential_store_locked' | null;
let readsFail: boolean;
/** Records of sign-ins, oldest first. */
let signIns: Map<string, SignIn>;
let preferences: Preferences;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'postern-preferences-'));
  const log = (): void => undefined;
  store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock: Date.now, log });
  tried = [];
  facts = [];
  keysFail = null;
  readsFail = false;
  signIns = new Map();
  const report = (fact: ReportedFact): void => void facts.push(fact);
  preferences = createPreferences({
    settings: createSettingsStore({ documents: store.documents, report, log }),
    store: {
      signIns: { ...store.signIns, ids: () => [...signIns.keys()] },
      apiKeys: {
        ...store.apiKeys,
        read: async (id) => {
          // Without a row there is nothing to unseal.
          if (readsFail && store.apiKeys.ids().includes(id)) throw new StoreError('credential_store_locked');
          return await store.apiKeys.read(id);
        },
        write: async (id, value) => {
          if (keysFail !== null) throw new StoreError(keysFail);
          await store.apiKeys.write(id, value);
        },
      },
    },
    accessTokens: { current: async (id) => signIns.get(id) ?? absentSignIn(0) },
    oauth: { provider: 'as.example' },
    gateway: {
      tryCredential: async (id) => {
        tried.push(id);
        return { outcome: 'accepted', code: null };
      },
    },
    delegated: { present: async () => ({ claudeCode: true, consoleProfile: false }) },
    report,
    log,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the settings as the outside sees them', () => {
  it('are the defaults, joined with what is known of the credentials', async () => {
    expect(await preferences.read()).toMatchObject({
      schemaVersion: 1,
      oauthProvider: 'as.example',
      hasOAuthToken: false,
      hasApiKey: false,
      apiKey: null,
      hasClaudeCodeLogin: true,
      hasConsoleProfile: false,
      fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
    });
  });

  it('say of what was never set what counts, and store none of it', async () => {
    const { fallback: unset, mcpServers } = await preferences.read();
    expect(mcpServers).toEqual({});
    expect(unset).toEqual({
      onAuthFailure: 'allow',
      onUsageLimit: 'ask',
      capUsdPerDay: 5,
      capUsdPerTurn: null,
      capUsdPerMonth: null,
      capUsdPerWorkspacePerDay: null,
      waitAtMostHours: 6,
    });
    const { fallback } = await preferences.update({ fallback: { capUsdPerTurn: 2 } });
    expect(fallback).toMatchObject({ capUsdPerTurn: 2, capUsdPerMonth: null, waitAtMostHours: 6 });
    const stored = JSON.stringify(store.documents.read('settings'));
    expect(stored).toContain('capUsdPerTurn');
    expect(stored).not.toMatch(/waitAtMostHours|capUsdPerMonth|mcpServers/);
    await preferences.update({ fallback: { waitAtMostHours: 0 } });
    expect((await preferences.read()).fallback.waitAtMostHours).toBe(0);
  });

  it('tell of a sign-in that is there, whichever was signed out before it', async () => {
    signIns.set('oauth:default', absentSignIn(4));
    signIns.set('oauth:work', {
      ...absentSignIn(2),
      status: 'active',
      tokens: {
        accessToken: new Secret('sk-canary'),
        refreshToken: null,
        tokenType: 'Bearer',
        scopes: [],
        issuedAtMs: 0,
        expiresAtMs: Date.parse('2026-11-24T12:00:00Z'),
        loginEndsAtMs: null,
      },
    });
    expect(await preferences.read()).toMatchObject({
      hasOAuthToken: true,
      oauthExpiresAt: '2026-11-24T12:00:00.000Z',
    });
  });

  it('keep a key, show its last four and never the key, try it once, and let go of it', async () => {
    const saved = await preferences.update({ apiKey: key, theme: 'dark' });
    expect(saved).toMatchObject({ hasApiKey: true, apiKey: { last4: '0001' }, theme: 'dark' });
    expect(JSON.stringify(saved)).not.toContain(key);
    expect(tried).toEqual(['api_key:default']);
    expect((await store.apiKeys.read('api_key:default'))?.reveal()).toBe(key);
    expect(await preferences.update({ apiKey: null })).toMatchObject({
      hasApiKey: false,
      apiKey: null,
      theme: 'dark',
    });
    expect(tried).toHaveLength(1);
    expect(facts.filter(({ type }) => type === 'credential_changed')).toEqual([
      expect.objectContaining({ kind: 'api_key', status: 'active' }),
      expect.objectContaining({ kind: 'api_key', status: 'absent' }),
    ]);
  });

  it('report no key as removed where there was none', async () => {
    await preferences.update({ apiKey: null });
    await preferences.update({ apiKeys: { 'api_key:work': null } });
    expect(facts).toEqual([]);
  });

  it('keep further keys beside the first one, each under its id, and none in the place of another', async () => {
    const other = 'sk-ant-api03-preferences-of-a-test-0002';
    await preferences.update({ apiKeys: { 'api_key:work': other } });
    expect(await preferences.read()).toMatchObject({ hasApiKey: true, apiKey: { last4: '0002' } });

    await preferences.update({ apiKey: key });

    expect(await preferences.read()).toMatchObject({ apiKey: { last4: '0001' } });
    expect(store.apiKeys.ids().toSorted()).toEqual(['api_key:default', 'api_key:work']);
    expect((await store.apiKeys.read('api_key:work'))?.reveal()).toBe(other);
    expect(tried).toEqual(['api_key:work', 'api_key:default']);
    await preferences.update({ apiKeys: { 'api_key:work': null } });
    expect(store.apiKeys.ids()).toEqual(['api_key:default']);
  });

  it('keep the accounts’ labels and order, and what a workspace prefers', async () => {
    const chosen = {
      accounts: [{ id: 'api_key:work', label: 'Work' }],
      workspaceCredential: { '/projects': 'api_key:work' },
    };
    expect(await preferences.update(chosen)).toMatchObject(chosen);
    for (const wrong of [
      { accounts: [...chosen.accounts, ...chosen.accounts] },
      { accounts: [{ id: 'someone', label: null }] },
      { workspaceCredential: { '/projects': '../etc' } },
    ])
      await expect(preferences.update(wrong)).rejects.toMatchObject({ code: 'invalid_setting' });
    expect(await preferences.read()).toMatchObject(chosen);
  });

  it('take no workspace with a byte that no path can have', async () => {
    await expect(preferences.update({ workspace: '/tmp/a\u0000b' })).rejects.toMatchObject({
      code: 'invalid_setting',
    });
    expect((await preferences.read()).workspace).toBeNull();
  });

  it('F47 change nothing where any part is invalid', async () => {
    const invalid = { apiKey: key, credentialOrder: ['oauth', 'oauth'] } as const;
    await expect(
      preferences.update({ ...invalid, credentialOrder: [...invalid.credentialOrder] }),
    ).rejects.toMatchObject({
      code: 'invalid_setting',
    });
    expect(await preferences.read()).toMatchObject({ hasApiKey: false });
  });

  it.each([
    ['a token of another program’s sign-in', { apiKey: `sk-ant-oat01-${'x'.repeat(20)}` }],
    ['too short a key', { apiKey: 'bad' }],
    ['what no header may hold', { apiKey: `${key}\té` }],
    ['a wrong key beside the first', { apiKeys: { 'api_key:work': 'bad' } }],
    ['a key under the id of a sign-in', { apiKeys: { 'oauth:work': key } }],
  ])('keep no key that is none, from wherever it comes: %s', async (_, patch) => {
    await expect(preferences.update({ ...patch, theme: 'dark' })).rejects.toMatchObject({
      code: 'invalid_setting',
    });
    expect(store.apiKeys.ids()).toEqual([]);
    expect(await preferences.read()).toMatchObject({ hasApiKey: false, theme: 'system' });
    expect(tried).toEqual([]);
  });

  it('F30 say so where the key cannot be stored', async () => {
    keysFail = 'storage_full';
    await expect(preferences.update({ apiKey: key })).rejects.toMatchObject({ code: 'storage_full' });
    expect(await preferences.read()).toMatchObject({ hasApiKey: false });
    expect(tried).toEqual([]);
  });

  it('F26 change nothing where the store is locked and the answer needs it, and then say so', async () => {
    await preferences.update({ apiKey: key, theme: 'dark' });
    facts.length = 0;
    readsFail = true;
    await expect(preferences.update({ theme: 'light' })).rejects.toMatchObject({
      code: 'credential_store_locked',
    });
    expect(facts).toEqual([]);
    readsFail = false;
    expect(await preferences.read()).toMatchObject({ theme: 'dark' });
  });

  it('F26 let go of a key while the store is locked: that needs no sealing key', async () => {
    await preferences.update({ apiKey: key });
    readsFail = true;
    expect(await preferences.update({ apiKey: null })).toMatchObject({ hasApiKey: false });
  });

  it('F26 change nothing beside a key that cannot be sealed', async () => {
    keysFail = 'credential_store_locked';
    await expect(preferences.update({ theme: 'dark', apiKey: key })).rejects.toMatchObject({
      code: 'credential_store_locked',
    });
    expect((await preferences.read()).theme).not.toBe('dark');
    expect(facts).toEqual([]);
  });

  it('name what cannot be read until it is set again', async () => {
    await preferences.update({ theme: 'dark' });
    store.sql.run(`UPDATE documents SET json = replace(json, '"onUsageLimit":"ask"', '"onUsageLimit":"as"')`);
    expect(await preferences.read()).toMatchObject({
      theme: 'dark',
      fallback: { onUsageLimit: 'never' },
      unreadable: ['fallback.onUsageLimit'],
    });
    const mended = await preferences.update({ fallback: { onUsageLimit: 'ask' } });
    expect(mended.fallback.onUsageLimit).toBe('ask');
    expect(mended).not.toHaveProperty('unreadable');
  });

  it('are strict after the record was lost, across restarts', async () => {
    await preferences.update({ theme: 'dark' });
    store.sql.run(`UPDATE documents SET json = '{"theme":"da'`);
    const strict = { onAuthFailure: 'never', onUsageLimit: 'never', capUsdPerDay: 0 };
    expect((await preferences.read()).fallback).toMatchObject(strict);
    expect((await preferences.read()).unreadable).toContain('fallback.onAuthFailure');
  });
});
