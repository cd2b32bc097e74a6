import type { CredentialView } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { absentSignIn, type Candidate, type SignIn } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { type CredentialListDeps, createCredentialList } from './create-credential-list.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const minute = 60_000;
const signedIn: SignIn = {
  ...absentSignIn(3),
  status: 'active',
  account: { email: 'ada@example.org', organization: null },
  tokens: {
    accessToken: new Secret('sk-canary'),
    refreshToken: new Secret('sk-canary'),
    tokenType: 'Bearer',
    scopes: [],
    issuedAtMs: now,
    expiresAtMs: now + 60 * minute,
    loginEndsAtMs: null,
  },
};
const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  ref: { id, kind: id.startsWith('oauth') ? 'oauth' : 'api_key', payer: 'somebody' },
  usable: true,
  reason: null,
  cooldownUntilMs: null,
  cooldownReason: null,
  ...more,
});

/** The list over a record, a key or none, and what the selection makes of them. */
async function views(
  record: SignIn,
  more: {
    readonly keys?: readonly string[];
    readonly candidates?: readonly Candidate[];
    readonly configured?: boolean;
    readonly provider?: string;
    readonly access?: Partial<CredentialListDeps['access']>;
    readonly order?: CredentialView['kind'][];
    readonly accounts?: { id: string; label: string | null }[];
  } = {},
): Promise<readonly CredentialView[]> {
  const deps: CredentialListDeps = {
    store: {
      signIns: {
        ids: () => (record.tokens === null ? [] : ['oauth:default']),
        read: async () => record,
        update: async () => record,
      },
      apiKeys: { ids: () => more.keys ?? [], read: async () => null, write: async () => undefined },
    },
    accessTokens: { current: async () => record },
    selection: { candidates: async () => more.candidates ?? [] },
    oauth: { configured: more.configured ?? true, provider: more.provider ?? null },
    settings: {
      read: () => ({
        credentialOrder: more.order ?? ['oauth', 'claude_code', 'console_profile', 'api_key'],
        fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
        workspace: null,
        model: null,
        permissionMode: 'ask',
        alwaysAllow: {},
        theme: 'system',
        accounts: more.accounts,
      }),
    },
    delegated: { views: async () => [] },
    sandbox: false,
    access: { linkedBilling: false, supplied: false, ...more.access },
    clock: () => now,
  };
  return await createCredentialList(deps).views();
}

describe('the list of credentials', () => {
  it('has one of each kind even where nothing is there, and says what is missing', async () => {
    const [oauth, key] = await views(absentSignIn(0));
    expect(oauth).toMatchObject({ id: 'oauth:default', status: 'absent', expiresAt: null });
    expect(oauth?.nextStep).toContain('Sign in');
    expect(key).toMatchObject({ id: 'api_key:default', status: 'absent', nextStep: null });
    const [unconfigured] = await views(absentSignIn(0), { configured: false });
    expect(unconfigured).toMatchObject({ status: 'not_configured' });
  });

  it('says why a sign-in is paused and what to do, also where the service gave no reason', async () => {
    const paused = { cooldownUntilMs: now + 5 * minute, cooldownReason: 'auth_failure' } as const;
    const [oauth] = await views(signedIn, { candidates: [candidate('oauth:default', paused)] });
    expect(oauth).toMatchObject({ status: 'cooling_down', reason: 'no_working_credential' });
    expect(oauth?.nextStep).toContain('sign in again');
  });

  it('names the account, and never a secret', async () => {
    const all = await views(signedIn, { keys: ['api_key:default'] });
    expect(all[0]).toMatchObject({ label: 'ada@example.org', status: 'active' });
    expect(JSON.stringify(all)).not.toContain('sk-canary');
  });

  it('is called by its server where nobody names the account, and a plan only at Anthropic', async () => {
    const label = async (provider: string, account: SignIn['account'] = null) =>
      (await views({ ...signedIn, account }, { provider }))[0]?.label;
    expect(await label('login.example.com')).toBe('Sign-in at login.example.com');
    expect(await label('anthropic')).toContain('Claude plan');
    const linked = await views({ ...signedIn, account: null }, { access: { linkedBilling: true } });
    expect(linked[0]).toMatchObject({
      label: 'Linked organization',
      payer: 'The linked organization’s bill',
    });
    const supplied = await views({ ...signedIn, account: null }, { access: { supplied: true } });
    expect(supplied[0]?.label).toBe('Access from your operator');
    const named = { email: null, organization: null, name: 'Ada Lovelace' };
    expect(await label('login.example.com', named)).toBe('Ada Lovelace');
  });

  it('stands in the order that the person chose', async () => {
    const all = await views(signedIn, { order: ['api_key', 'oauth', 'claude_code', 'console_profile'] });
    expect(all.map(({ kind }) => kind)).toEqual(['api_key', 'oauth']);
  });

  it('says until when one cools down, and nothing once that is over', async () => {
    const coolingDown = (untilMs: number) => [candidate('oauth:default', { cooldownUntilMs: untilMs })];
    expect((await views(signedIn, { candidates: coolingDown(now + minute) }))[0]).toMatchObject({
      status: 'cooling_down',
      cooldownUntil: '2026-11-24T12:01:00.000Z',
    });
    expect((await views(signedIn, { candidates: coolingDown(now) }))[0]).toMatchObject({
      status: 'active',
      cooldownUntil: null,
    });
  });

  it('says why a person is needed, and what to do', async () => {
    const ended: SignIn = { ...signedIn, status: 'reauthorization_required', reason: 'interrupted_refresh' };
    const [view] = await views(ended);
    expect(view).toMatchObject({ status: 'reauthorization_required', reason: 'interrupted_refresh' });
    expect(view?.nextStep).toContain('Sign in again');
  });

  it('says of a link that the service says has ended that it is to be made again', async () => {
    const ended = candidate('oauth:default', { usable: false, linkEndedAtMs: now });
    const [view] = await views(signedIn, { candidates: [ended], access: { linkedBilling: true } });
    const code = 'reauthorization_required';
    expect(view).toMatchObject({ status: code, reason: code, nextStep: expect.any(String) });
  });

  it('shows a key that was refused as rejected', async () => {
    const refused = candidate('api_key:default', { usable: false, reason: 'api_key_rejected' });
    const all = await views(signedIn, { keys: ['api_key:default'], candidates: [refused] });
    expect(all[1]).toMatchObject({ status: 'rejected', reason: 'api_key_rejected' });
    expect(all[1]?.nextStep).not.toBeNull();
  });

  it('has several of a kind in the person’s order, under the person’s labels', async () => {
    const keys = ['api_key:default', 'api_key:spare', 'api_key:work'];
    const labelled = await views(absentSignIn(0), {
      keys,
      accounts: [
        { id: 'api_key:work', label: 'Work' },
        { id: 'api_key:default', label: null },
      ],
    });

    expect(labelled.slice(1).map(({ id, label }) => [id, label])).toEqual([
      ['api_key:work', 'Work'],
      ['api_key:default', 'API key'],
      ['api_key:spare', 'API key (spare)'],
    ]);
  });
});
