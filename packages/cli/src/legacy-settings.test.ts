import { inspect } from 'node:util';
import { settingsPatchSchema } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { planImport } from './legacy-settings.ts';

const apiKey = 'sk-ant-api03-abcdefghijklmnop-WXYZ';
const plan = (earlier: unknown) => planImport(earlier, '/home/ada');

describe('planImport', () => {
  it('takes over key, workspace, model and theme, and hides the key', () => {
    const made = plan({ anthropic_api_key: apiKey, workspace: '~/work', model: 'claude-x', theme: 'dark' });
    expect(made.patch).toEqual({
      permissionMode: 'ask',
      workspace: '/home/ada/work',
      model: 'claude-x',
      theme: 'dark',
    });
    expect(made.apiKey?.toSend()).toBe(apiKey);
    expect(JSON.stringify(made) + inspect(made, { depth: null }) + String(made.apiKey)).not.toContain(apiKey);
    expect(made.leftovers).toEqual({});
  });

  it.each([
    { always_allow: true },
    { always_allow: ['Bash', 'Write'] },
    { always_allow: { '/projects': ['Bash', '*', 'Bash(rm:*)'] } },
    { always_allow: { relative: ['Read'] } },
    { permission_mode: 'bypassPermissions' },
    { bypass_permissions: true, dangerously_skip_permissions: true },
  ])('never carries bypassed permissions over: %j', (earlier) => {
    expect(plan(earlier).patch).toEqual({ permissionMode: 'ask' });
  });

  it('says what becomes of permissions, and keeps a workspace’s own list of harmless tools', () => {
    const made = plan({
      always_allow: { '/projects': ['Read', 'Bash'] },
      permission_mode: 'bypassPermissions',
    });
    expect(made.patch.alwaysAllow).toEqual({ '/projects': ['Read(/projects/**)'] });
    expect(made.notices).toHaveLength(2);
  });

  it('does not decide who pays by an old setting, and says so', () => {
    const made = plan({ auth_mode: 'api_key', anthropic_api_key: apiKey });
    expect(made.patch.credentialOrder).toBeUndefined();
    expect(made.notices.join()).toContain('a sign-in before the key');
    expect(made.leftovers).toEqual({ auth_mode: 'api_key' });
  });

  it('keeps no secret in the copy, whatever it is called and however deep it lies', () => {
    const made = plan({
      anthropic_api_key: apiKey,
      oauth: { access_token: 'abc', note: 'Bearer abc', list: [apiKey] },
      client_secret: 'abc',
      color: 'blue',
    });
    expect(made.copy).toEqual({
      anthropic_api_key: '[removed]',
      oauth: { access_token: '[removed]', note: '[removed]', list: ['[removed]'] },
      client_secret: '[removed]',
      color: 'blue',
    });
  });

  it('leaves out what is not valid, and says so', () => {
    const made = plan({ anthropic_api_key: 'hunter2', workspace: 'relative', model: '../x', theme: 'pink' });
    expect(made).toMatchObject({ patch: { permissionMode: 'ask' }, apiKey: null });
    expect(made.notices).toHaveLength(2);
    expect(JSON.stringify(made)).not.toContain('hunter2');
  });

  it('makes a patch that the sidecar takes', () => {
    const { patch } = plan({ workspace: '/w', model: 'm', theme: 'light', always_allow: { '/w': ['Read'] } });
    expect(settingsPatchSchema.parse(patch)).toEqual(patch);
  });

  it('refuses what is no JSON object', () => {
    for (const earlier of [null, [], 'text', 7]) expect(() => plan(earlier)).toThrow(TypeError);
  });
});
