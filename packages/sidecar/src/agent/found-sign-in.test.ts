import type { AccountInfo } from '@anthropic-ai/claude-agent-sdk';
import type { CredentialKind } from '@postern/contract';
import { expect, it } from 'vitest';
import { foundSignIn } from './found-sign-in.ts';
import { gatewayRoute, type Route } from './route.ts';

function routeOf(kind: CredentialKind, email: string | null = null): Route {
  const ref = { id: `${kind}:default`, kind, payer: '' };
  return { home: null, signIn: { ref, variables: {}, home: null, keepAway: [], email } };
}

const login: AccountInfo = {
  apiProvider: 'firstParty',
  subscriptionType: 'Claude Max',
  email: 'ada@example.com',
};
const profile: AccountInfo = { apiProvider: 'firstParty' };

it.each<[string, Route, AccountInfo, string]>([
  ['the login that was chosen', routeOf('claude_code', 'Ada@example.com'), login, 'as_chosen'],
  ['a login whose person is not known', routeOf('claude_code'), login, 'as_chosen'],
  ['another person’s login', routeOf('claude_code', 'bob@example.com'), login, 'mismatch'],
  ['no login', routeOf('claude_code'), { tokenSource: 'none' }, 'signed_out'],
  ['a profile instead of a login', routeOf('claude_code'), profile, 'mismatch'],
  [
    'a key instead of a login',
    routeOf('claude_code'),
    { tokenSource: 'none', apiKeySource: '/login managed key' },
    'mismatch',
  ],
  [
    'a key beside a login',
    routeOf('claude_code'),
    { ...login, apiKeySource: 'ANTHROPIC_API_KEY' },
    'mismatch',
  ],
  [
    'a token of the environment',
    routeOf('claude_code'),
    { tokenSource: 'CLAUDE_CODE_OAUTH_TOKEN' },
    'mismatch',
  ],
  ['another cloud', routeOf('claude_code'), { apiProvider: 'bedrock' }, 'mismatch'],
  ['the profile that was chosen', routeOf('console_profile'), profile, 'as_chosen'],
  ['a login instead of a profile', routeOf('console_profile'), login, 'mismatch'],
  ['a profile that is not there', routeOf('console_profile'), { tokenSource: 'none' }, 'signed_out'],
  ['our gateway', gatewayRoute, { tokenSource: 'ANTHROPIC_AUTH_TOKEN' }, 'as_chosen'],
  ['a login instead of our gateway', gatewayRoute, login, 'mismatch'],
])('%s', (_name, route, account, expected) => {
  expect(foundSignIn(route, account)).toBe(expected);
});
