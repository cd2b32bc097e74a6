import type { AuthStatus, ClaudeCodeStatus, CredentialView, SettingsPatch } from '@postern/contract';
import { type FakeFacts, inSeconds, ref, saveKey, setCredential, signIn } from './fake-facts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { Refusal } from './refusal.ts';
import { credential } from './support/sample-facts.ts';

/** A further account; the first of each kind is there from the beginning. */
export function addAccount(facts: FakeFacts, id: string, to: Partial<CredentialView> = {}): void {
  const kind = id.slice(0, id.indexOf(':')) as CredentialView['kind'];
  const view = credential(kind, { ...ref(kind), id, label: id, ...to });
  facts.credentials = [...facts.credentials.filter((each) => each.id !== id), view];
}

/** As `GET /credentials` lists them: by kind, then as the person ordered and named them. */
export function inOrder({ credentials, settings }: FakeFacts): readonly CredentialView[] {
  const { accounts = [], credentialOrder } = settings;
  const rank = new Map(accounts.map(({ id }, at) => [id, at]));
  const rankOf = ({ id }: CredentialView) => rank.get(id) ?? accounts.length;
  const labelOf = (id: string) => accounts.find((each) => each.id === id)?.label ?? null;
  return credentialOrder
    .flatMap((kind) =>
      credentials.filter((each) => each.kind === kind).toSorted((a, b) => rankOf(a) - rankOf(b)),
    )
    .map((view) => ({ ...view, label: labelOf(view.id) ?? view.label }));
}

/** `apiKeys` of a change. */
export function changeKeys(facts: FakeFacts, keys: SettingsPatch['apiKeys'] = {}): void {
  for (const [id, key] of Object.entries(keys))
    if (key !== null) addAccount(facts, id, { label: `API key (${id.slice('api_key:'.length)})` });
    else facts.credentials = facts.credentials.filter((each) => each.id !== id || id === 'api_key:default');
}

/** The status of one sign-in; the first has the whole one. */
export function signInStatus({ credentials, status }: FakeFacts, id: string | null): AuthStatus {
  if (id === null || id === 'oauth:default') return status;
  const view = credentials.find((each) => each.id === id);
  const isThere = view !== undefined && view.status !== 'absent';
  return {
    ...status,
    state: isThere ? 'signed_in' : status.pendingSignIn === null ? 'signed_out' : 'pending',
    connected: isThere,
    expiresAt: view?.expiresAt ?? null,
    account: isThere ? { email: 'work@example.com', organization: 'Difference Engines' } : null,
  };
}

/** Somebody signed in as an account. */
export function completeAccount(facts: FakeFacts, id: string): void {
  if (id === 'oauth:default') signIn(facts);
  else {
    addAccount(facts, id, { label: 'work@example.com', expiresAt: inSeconds(7 * 3600) });
    facts.status = { ...facts.status, pendingSignIn: null };
  }
}

/** The login of the program, or of a further account of it. */
export function claudeCodeStatus({ claudeCode, credentials }: FakeFacts, id: string): ClaudeCodeStatus {
  if (id === 'claude_code:default') return claudeCode;
  const view = credentials.find((each) => each.id === id);
  if (view === undefined) throw new Refusal('not_found');
  return {
    ...claudeCode,
    state: view.status === 'active' ? 'signed_in' : 'signed_out',
    account: view.status === 'active' ? { email: 'team@example.com', organization: null } : null,
    signOutAlsoEnds:
      'This login lies in a settings folder of Postern’s own: signing out ends it here and nowhere else.',
  };
}

/** The program's own logout. */
export function claudeCodeLogout(facts: FakeFacts, id: string): ClaudeCodeStatus {
  if (id === 'claude_code:default') {
    facts.claudeCode = { ...facts.claudeCode, state: 'signed_out', account: null, pendingLogin: null };
    setCredential(facts, 'claude_code', { status: 'absent' });
  } else addAccount(facts, id, { status: 'absent' });
  return claudeCodeStatus(facts, id);
}

/** Two sign-ins, two keys, and a Claude Code account beside the person's own. */
export function addSeveral(facts: FakeFacts): void {
  signIn(facts);
  saveKey(facts);
  setCredential(facts, 'oauth', { label: 'ada@example.com' });
  setCredential(facts, 'claude_code', { label: 'ada@example.com', status: 'active' });
  facts.claudeCode = {
    ...facts.claudeCode,
    state: 'signed_in',
    account: { email: 'ada@example.com', organization: null },
  };
  addAccount(facts, 'oauth:work', {
    label: 'work@example.com',
    status: 'cooling_down',
    cooldownUntil: inSeconds(3600),
    reason: 'plan_limit_reached',
  });
  addAccount(facts, 'claude_code:team', { label: 'team@example.com' });
  addAccount(facts, 'api_key:team', { label: 'API key (team)' });
  facts.settings = {
    ...facts.settings,
    accounts: [
      { id: 'oauth:work', label: 'Work' },
      { id: 'claude_code:team', label: null },
      { id: 'api_key:team', label: 'Team budget' },
    ],
  };
}

export function claudeCodeLogin(fake: FakeSidecar, id: string, pasted: string | undefined) {
  const { facts } = fake;
  if (pasted === undefined)
    facts.claudeCode = {
      ...facts.claudeCode,
      state: 'pending',
      pendingLogin: {
        authorizationUrl: 'https://claude.com/cai/oauth/authorize?code=true',
        startedAt: inSeconds(0),
        expiresAt: inSeconds(600),
      },
    };
  else if (pasted !== 'good') throw new Refusal('code_rejected');
  else
    facts.claudeCode = {
      ...facts.claudeCode,
      state: 'signed_in',
      account: { email: 'ada@example.com', organization: null },
      pendingLogin: null,
    };
  if (facts.claudeCode.state === 'signed_in') addAccount(facts, id, { label: 'ada@example.com' });
  return facts.claudeCode;
}
