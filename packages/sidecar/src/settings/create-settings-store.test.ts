import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChosenSettings, defaultSettings } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';
import type { ReportedFact } from '../credentials/index.ts';
import type { Documents } from '../store/index.ts';
import { createSettingsStore } from './create-settings-store.ts';

function settings(stored: unknown = null) {
  const rows = new Map<string, string>([['settings', JSON.stringify(stored)]]);
  const documents: Documents = {
    read: (name) => JSON.parse(rows.get(name) ?? 'null'),
    update(name, change) {
      const next = change(JSON.parse(rows.get(name) ?? 'null'));
      rows.set(name, JSON.stringify(next));
      return next;
    },
  };
  const facts: ReportedFact[] = [];
  const logged: string[] = [];
  const store = createSettingsStore({
    documents,
    report: (fact) => facts.push(fact),
    log: (line) => logged.push(line),
  });
  return { store, facts, logged, rows };
}

/** What one person chose; stricter than the defaults. */
const stored: ChosenSettings = {
  ...defaultSettings,
  fallback: { onAuthFailure: 'ask', onUsageLimit: 'ask', capUsdPerDay: 1 },
};

describe('what the person chose', () => {
  it('is the defaults at first', () => {
    expect(settings().store.read()).toEqual(defaultSettings);
  });

  it('is checked once for one record, and again when another process has changed it', () => {
    const { store, rows } = settings(stored);
    const first = store.read();
    expect(store.read()).toBe(first);
    rows.set('settings', JSON.stringify({ ...stored, theme: 'dark' }));
    expect(store.read()).toEqual({ ...stored, theme: 'dark' });
  });

  it('changes only what the patch names, and says which', () => {
    const { store, facts } = settings();
    store.update({ theme: 'dark', fallback: { capUsdPerDay: null } });
    expect(store.read()).toEqual({
      ...defaultSettings,
      theme: 'dark',
      fallback: { ...defaultSettings.fallback, capUsdPerDay: null },
    });
    expect(facts).toEqual([{ type: 'settings_changed', keys: ['theme', 'fallback'] }]);
  });

  it('leaves everything as it was where one part is invalid', () => {
    const { store, facts } = settings();
    const twice = ['oauth', 'oauth', 'api_key', 'claude_code'] as const;
    expect(() => store.update({ theme: 'dark', credentialOrder: [...twice] })).toThrow(
      expect.objectContaining({ code: 'invalid_setting' }),
    );
    expect(store.read()).toEqual(defaultSettings);
    expect(facts).toEqual([]);
  });

  it('F47 lets no key into the database by a field that is kept as it is', async () => {
    const directory = temporaryDirectory();
    const { documents, close } = await openTestStore(directory.path, { kind: 'passphrase_file' });
    const store = createSettingsStore({ documents, report: () => undefined, log: () => undefined });
    const key = 'sk-ant-api03-canary-canary-canary-1234';
    const refused: Parameters<typeof store.update>[0][] = [
      { model: key },
      { workspace: `/home/ada/${key}` },
      { accounts: [{ id: 'api_key:default', label: key }] },
      { alwaysAllow: { '/w': [`Bash(KEY=${key} npm test)`] } },
    ];
    for (const patch of refused)
      expect(() => store.update({ theme: 'dark', ...patch })).toThrow(
        expect.objectContaining({ code: 'invalid_setting' }),
      );
    store.update({ theme: 'dark' });
    await close();
    for (const file of readdirSync(directory.path))
      expect([file, readFileSync(join(directory.path, file)).includes('canary')]).toEqual([file, false]);
    directory.remove();
  });

  it('keeps the rest where one stored value cannot be read', () => {
    const { store, logged } = settings({ ...stored, theme: 'dark', permissionMode: 'bypass', workspace: 7 });
    expect(store.read()).toEqual({ ...stored, theme: 'dark', permissionMode: 'ask', workspace: null });
    expect(logged.join()).toContain('permissionMode');
  });

  it('remembers a rule for one workspace only, and once', () => {
    const { store } = settings();
    store.allowAlways('/a', 'Write(/a/**)');
    store.allowAlways('/a', 'Write(/a/**)');
    store.allowAlways('/b', 'Bash(npm test)');
    expect(store.read().alwaysAllow).toEqual({ '/a': ['Write(/a/**)'], '/b': ['Bash(npm test)'] });
  });

  it('takes one rule back, and leaves the others', () => {
    const { store, facts } = settings({
      ...defaultSettings,
      alwaysAllow: { '/a': ['Bash(x)', 'Bash(y)'], '/b': ['Bash(x)'] },
    });
    store.forgetRule({ workspace: '/a', rule: 'Bash(x)' });
    store.forgetRule({ workspace: '/b', rule: 'Bash(x)' });
    store.forgetRule({ workspace: '/c', rule: 'Bash(x)' });
    expect(store.read().alwaysAllow).toEqual({ '/a': ['Bash(y)'] });
    expect(facts).toHaveLength(2);
  });

  it('keeps no rule that names a tool alone, but a file tool in its own folder', () => {
    const { store } = settings();
    store.update({ alwaysAllow: { '/a': ['Write', 'Read(/etc/*)'] } });
    expect(store.read().alwaysAllow).toEqual({ '/a': ['Write(/a/**)', 'Read(/etc/*)'] });
    for (const name of ['Bash', 'WebFetch', 'Agent', 'Bash(', 'Write(relative/**)'])
      expect(() => store.update({ alwaysAllow: { '/a': [name] } })).toThrow(
        expect.objectContaining({ code: 'invalid_setting' }),
      );
    expect(() => store.allowAlways('/a', 'Bash')).toThrow();
  });
});

const strict = { onAuthFailure: 'never', onUsageLimit: 'never', capUsdPerDay: 0 };

describe('a damaged record', () => {
  it.each([
    [
      'an unknown policy',
      { fallback: { ...stored.fallback, onAuthFailure: 'nevr' } },
      { onAuthFailure: 'never' },
    ],
    [
      'a policy of another type',
      { fallback: { ...stored.fallback, onUsageLimit: 1 } },
      { onUsageLimit: 'never' },
    ],
    ['a missing policy', { fallback: { onUsageLimit: 'ask', capUsdPerDay: 1 } }, { onAuthFailure: 'never' }],
    ['a cap that is text', { fallback: { ...stored.fallback, capUsdPerDay: '1' } }, { capUsdPerDay: 0 }],
    ['a cap below zero', { fallback: { ...stored.fallback, capUsdPerDay: -1 } }, { capUsdPerDay: 0 }],
    ['a member that nobody knows', { fallback: { ...stored.fallback, capPerDay: 9 } }, {}],
    ['no policies', { fallback: undefined }, strict],
    ['policies that are a list', { fallback: [stored.fallback] }, strict],
  ])('with %s keeps what can be read, and is strict about what cannot', (_, damage, expected) => {
    const { store, facts } = settings({ ...stored, ...damage });
    const { fallback, ...others } = store.read();
    expect({ fallback, ...others }).toEqual({ ...stored, fallback: { ...stored.fallback, ...expected } });
    const names = Object.keys(expected).map((name) => `fallback.${name}`);
    expect([...store.unreadable()].sort()).toEqual(names.sort());
    expect(facts.flatMap((fact) => (fact.type === 'settings_unreadable' ? fact.members : [])).sort()).toEqual(
      names,
    );
  });

  it.each([
    ['text', 'settings'],
    ['a list', []],
    ['an object without members', {}],
  ])('that is %s is strict in every policy', (_, document) => {
    const { store } = settings(document);
    expect(store.read()).toEqual({ ...defaultSettings, fallback: strict });
    expect(store.unreadable()).toContain('fallback.capUsdPerDay');
  });

  it('loses the entries of a list or a map that cannot be read, and no others', () => {
    const { store } = settings({
      ...stored,
      alwaysAllow: { '/a': ['Write', 7, ''], '/b': 'Bash', '/c': ['Edit'] },
      accounts: [
        { id: 'api_key:work', label: null },
        { id: 'no account', label: null },
      ],
      workspaceCredential: { '/a': 'api_key:work', '/b': 'someone' },
    });
    expect(store.read()).toEqual({
      ...stored,
      alwaysAllow: { '/a': ['Write'], '/c': ['Edit'] },
      accounts: [{ id: 'api_key:work', label: null }],
      workspaceCredential: { '/a': 'api_key:work' },
    });
    expect([...store.unreadable()].sort()).toEqual(['accounts', 'alwaysAllow', 'workspaceCredential']);
  });

  it('drops an optional member that cannot be read at all', () => {
    const { store } = settings({ ...stored, warmPrograms: 'yes', accounts: 3 });
    expect(store.read()).toEqual(stored);
    expect([...store.unreadable()].sort()).toEqual(['accounts', 'warmPrograms']);
  });

  it('stays strict until the member itself is set again, however often others are', () => {
    const { store } = settings({ ...stored, fallback: 'gone', theme: 5 });
    store.update({ workspace: '/w' });
    store.update({ fallback: { onUsageLimit: 'allow' } });
    expect(store.read().fallback).toEqual({ ...strict, onUsageLimit: 'allow' });
    expect([...store.unreadable()].sort()).toEqual([
      'fallback.capUsdPerDay',
      'fallback.onAuthFailure',
      'theme',
    ]);
    store.update({ theme: 'light', fallback: { onAuthFailure: 'never', capUsdPerDay: null } });
    expect(store.unreadable()).toEqual([]);
    expect(store.read().fallback).toEqual({
      onAuthFailure: 'never',
      onUsageLimit: 'allow',
      capUsdPerDay: null,
    });
  });

  it('is reported once for each member, not at each look', () => {
    const { store, facts } = settings({ ...stored, theme: 5 });
    store.read();
    store.read();
    store.unreadable();
    expect(facts).toEqual([{ type: 'settings_unreadable', members: ['theme'] }]);
  });
});
