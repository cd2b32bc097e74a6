import type { PosternClient } from '@postern/client';
import type { CredentialView, Settings, SettingsPatch } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { credential, settingsWith } from '../../test/support/sample-facts.ts';
import { accountsOf } from '../state/accounts.ts';
import { initialState } from '../state/app-state.ts';
import { createAccountListActions } from './account-list-actions.ts';

/** The actions over a sidecar that keeps what it is told. */
function over(credentials: readonly CredentialView[], start: Partial<Settings> = {}) {
  let settings = settingsWith(start);
  const done: unknown[] = [];
  const client = {
    settings: async () => settings,
    credentials: async () => credentials,
    updateSettings: async ({ apiKeys, ...patch }: SettingsPatch) => {
      if (apiKeys !== undefined) done.push(apiKeys);
      settings = { ...settings, ...(patch as Partial<Settings>) };
      return settings;
    },
    auth: { signOut: async (of: unknown) => void done.push(of) },
  } as unknown as PosternClient;
  const actions = createAccountListActions(
    {
      client: () => client,
      session: async () => {},
      dispatch: () => {},
      getState: () => initialState({ place: 'settings', at: 'accounts' }),
    },
    async () => {},
  );
  const account = (id: string) => {
    const found = accountsOf('oauth', credentials, settings).find((each) => each.id === id);
    if (found === undefined) throw new Error(`${id} is not listed`);
    return found;
  };
  return { actions, done, account, settings: () => settings };
}

const first = credential('oauth');
const work = credential('oauth', { id: 'oauth:work' });

describe('the order within a kind', () => {
  it('is not changed by adding: the new one comes last', async () => {
    const world = over([first]);
    expect(await world.actions.addSignIn('oauth', 'Work')).toBe('oauth:work');
    expect(world.settings().accounts).toEqual([
      { id: 'oauth:default', label: null },
      { id: 'oauth:work', label: 'Work' },
    ]);
  });

  it('is not changed by a name', async () => {
    const world = over([first, work]);
    await world.actions.rename(world.account('oauth:work'), 'Work');
    expect(world.settings().accounts).toEqual([
      { id: 'oauth:default', label: null },
      { id: 'oauth:work', label: 'Work' },
    ]);
  });
});

it('sends a key under the id of its name, and keeps it nowhere else', async () => {
  const world = over([credential('api_key')]);
  await world.actions.addKey('Team', 'sk-ant-api03-0123456789');
  expect(world.done).toEqual([{ 'api_key:team': 'sk-ant-api03-0123456789' }]);
  expect(JSON.stringify(world.settings())).not.toContain('sk-ant');
});

it('takes the name of a removed account again: its folder is still there', async () => {
  const gone = credential('claude_code', { id: 'claude_code:team', status: 'absent' });
  const world = over([credential('claude_code'), gone]);
  expect(await world.actions.addSignIn('claude_code', 'Team')).toBe('claude_code:team');
});

it('signs out before it lets go of an account', async () => {
  const world = over([first, work], { workspaceCredential: { '/a': 'oauth:work' } });
  await world.actions.remove(world.account('oauth:work'));
  expect(world.done).toEqual([{ credential: 'oauth:work' }]);
  expect(world.settings()).toMatchObject({ accounts: [], workspaceCredential: {} });
});
