import { defaultSettings } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import type {
  Candidate,
  ConversationHome,
  DelegatedCredentials,
  DelegatedRun,
} from '../credentials/index.ts';
import { gatewayProfile } from './child/launch-profile.ts';
import { type BegunIn, firstCredential, nothingDelegated, profileOf, queryScope } from './query-scope.ts';

const home: ConversationHome = {
  id: 'claude_code:default',
  configDir: '/home/me/.claude',
  variable: null,
  keepAway: [],
};
const work: ConversationHome = { ...home, id: 'claude_code:work', configDir: '/data/work' };
const login: DelegatedRun = {
  ref: { id: home.id, kind: 'claude_code', payer: '' },
  variables: {},
  home,
  keepAway: [],
  email: null,
};
const profile: DelegatedRun = { ...login, ref: { ...login.ref, id: 'console_profile:dev' }, home: null };

function candidate(id: string, usable = true): Candidate {
  const kind = id.startsWith('console') ? 'console_profile' : 'claude_code';
  return { ref: { id, kind, payer: '' }, usable, reason: null, cooldownUntilMs: null, cooldownReason: null };
}

const delegated: DelegatedCredentials = {
  ...nothingDelegated,
  candidates: () => [candidate(home.id), candidate(work.id), candidate('console_profile:dev')],
  runOf: (id) => [login, profile].find(({ ref }) => ref.id === id) ?? null,
  homeOf: (id) => [home, work].find((each) => each.id === id) ?? null,
};

describe('where a conversation can go on', () => {
  it.each<[string, BegunIn, readonly string[]]>([
    ['one that has not begun: everywhere', null, [home.id, work.id, 'console_profile:dev']],
    ['one of Postern’s own folder: not with a login of another', { home: null }, ['console_profile:dev']],
    ['one of a login’s folder: with that login, and no other', { home }, [home.id, 'console_profile:dev']],
  ])('%s', (_name, begunIn, usable) => {
    const seen = queryScope(delegated, null, () => begunIn, null).delegated();

    expect(seen.filter((each) => each.usable).map(({ ref }) => ref.id)).toEqual(usable);
    for (const each of seen) if (!each.usable) expect(each.reason).toBe('conversation_elsewhere');
  });

  it('stays in its folder whoever pays, and changes only the way to authenticate', () => {
    expect(profileOf(delegated, home.id, null)).toEqual({ home, signIn: login });
    expect(profileOf(delegated, 'api_key:default', null)).toEqual(gatewayProfile);
    expect(profileOf(delegated, 'api_key:default', { home })).toEqual({ home, signIn: null });
    expect(profileOf(delegated, 'console_profile:dev', { home })).toEqual({ home, signIn: profile });
    expect(profileOf(delegated, 'console_profile:dev', { home: null })).toEqual({
      home: null,
      signIn: profile,
    });
  });
});

it('a workspace without a choice of its own prefers nothing', async () => {
  const settings = {
    read: () => ({ ...defaultSettings, workspaceCredential: { '/projects': 'api_key:work' } }),
  };

  expect(await firstCredential(settings, '/projects')).toBe('api_key:work');
  expect(await firstCredential(settings, '/elsewhere')).toBeNull();
  expect(await firstCredential(settings, null)).toBeNull();
  expect(await firstCredential({ read: () => defaultSettings }, '/projects')).toBeNull();
});
