import { settingsPatchSchema } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { credential } from '../../test/support/sample-facts.ts';
import { accountsOf, listed, newAccountId, signInShown, without } from './accounts.ts';

const ids = (accounts: ReturnType<typeof accountsOf>) => accounts.map(({ id }) => id);
const first = credential('oauth');
const work = credential('oauth', { id: 'oauth:work', label: 'work@example.com' });

describe('the accounts of a kind', () => {
  it('are those that are there, in their order, with what the person calls them', () => {
    const accounts = accountsOf('oauth', [work, first, credential('api_key')], {
      accounts: [{ id: 'oauth:work', label: 'Work' }],
    });
    expect(ids(accounts)).toEqual(['oauth:work', 'oauth:default']);
    expect(accounts[0]).toMatchObject({ ownLabel: 'Work', status: 'active' });
    expect(accounts[1]).toMatchObject({ ownLabel: null });
  });

  it('leave out the empty record of one that was removed, and the empty place of the first beside others', () => {
    const gone = credential('oauth', { id: 'oauth:old', status: 'absent' });
    const empty = credential('oauth', { status: 'absent' });
    expect(ids(accountsOf('oauth', [first, gone], {}))).toEqual(['oauth:default']);
    expect(ids(accountsOf('oauth', [empty, work], {}))).toEqual(['oauth:work']);
    expect(ids(accountsOf('oauth', [empty], {}))).toEqual(['oauth:default']);
  });

  it('keep the person’s own Claude Code folder on the list, signed in or not', () => {
    const own = credential('claude_code', { status: 'absent' });
    const team = credential('claude_code', { id: 'claude_code:team' });
    expect(ids(accountsOf('claude_code', [own, team], {}))).toEqual([
      'claude_code:default',
      'claude_code:team',
    ]);
  });

  it('hold one that was named and not signed in to yet; a key is there or it is not', () => {
    const accounts = [
      { id: 'oauth:new', label: 'New' },
      { id: 'api_key:gone', label: 'Gone' },
    ];
    expect(accountsOf('oauth', [first], { accounts })[1]).toEqual({
      id: 'oauth:new',
      kind: 'oauth',
      label: 'New',
      ownLabel: 'New',
      status: 'absent',
      view: null,
    });
    expect(ids(accountsOf('api_key', [credential('api_key')], { accounts }))).toEqual(['api_key:default']);
  });
});

describe('the id of a new account', () => {
  it.each([
    ['Work', 'oauth:work'],
    ['Überraschung & Söhne', 'oauth:uberraschung-sohne'],
    ['会社', 'oauth:account'],
    ['default', 'oauth:default-2'],
    ['../../etc', 'oauth:etc'],
    ['x'.repeat(80), `oauth:${'x'.repeat(60)}`],
  ])('of %j is %s, which the sidecar takes', (label, id) => {
    expect(newAccountId('oauth', label, new Set())).toBe(id);
    expect(settingsPatchSchema.safeParse({ accounts: [{ id, label }] }).success).toBe(true);
  });

  it('is never one that is taken', () => {
    expect(newAccountId('api_key', 'Team', new Set(['api_key:team', 'api_key:team-2']))).toBe(
      'api_key:team-3',
    );
  });
});

describe('the setting', () => {
  const accounts = [
    { id: 'api_key:team', label: 'Team' },
    { id: 'oauth:work', label: 'Work' },
  ];

  it('orders one kind and leaves the others', () => {
    const [one, two] = accountsOf('oauth', [first, work], { accounts });
    if (one === undefined || two === undefined) throw new Error('two accounts were expected');
    expect(listed({ accounts }, [two, one]).accounts).toEqual([
      { id: 'api_key:team', label: 'Team' },
      { id: 'oauth:work', label: 'Work' },
      { id: 'oauth:default', label: null },
    ]);
  });

  it('lets go of an account altogether: no workspace prefers what is not there', () => {
    expect(
      without({ accounts, workspaceCredential: { '/a': 'oauth:work', '/b': 'api_key:team' } }, 'oauth:work'),
    ).toEqual({
      accounts: [{ id: 'api_key:team', label: 'Team' }],
      workspaceCredential: { '/b': 'api_key:team' },
    });
  });
});

it('shows the sign-in that is there, whichever was signed out before it', () => {
  expect(signInShown([credential('oauth', { status: 'absent' }), work])).toBe('oauth:work');
  expect(signInShown([credential('api_key')])).toBe('oauth:default');
});
