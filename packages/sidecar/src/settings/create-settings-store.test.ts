import { defaultSettings } from '@postern/contract';
import { describe, expect, it } from 'vitest';
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

describe('what the person chose', () => {
  it('is the defaults at first', () => {
    expect(settings().store.read()).toEqual(defaultSettings);
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

  it('keeps the rest where one stored value cannot be read', () => {
    const { store, logged } = settings({ theme: 'dark', permissionMode: 'bypass', workspace: 7 });
    expect(store.read()).toEqual({ ...defaultSettings, theme: 'dark' });
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
    const { store, facts } = settings({ alwaysAllow: { '/a': ['Bash(x)', 'Bash(y)'], '/b': ['Bash(x)'] } });
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
