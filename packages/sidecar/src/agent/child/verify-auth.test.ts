import type { AccountInfo } from '@anthropic-ai/claude-agent-sdk';
import type { CredentialKind } from '@postern/contract';
import { expect, it } from 'vitest';
import { gatewayProfile, type LaunchProfile } from './launch-profile.ts';
import { verifyAuth } from './verify-auth.ts';

function profileOf(kind: CredentialKind, email: string | null = null): LaunchProfile {
  const ref = { id: `${kind}:default`, kind, payer: '' };
  return { home: null, signIn: { ref, variables: {}, home: null, keepAway: [], email } };
}

const login: AccountInfo = {
  apiProvider: 'firstParty',
  subscriptionType: 'Claude Max',
  email: 'ada@example.com',
};
const profile: AccountInfo = { apiProvider: 'firstParty' };

it.each<[string, LaunchProfile, AccountInfo, string]>([
  ['the login that was chosen', profileOf('claude_code', 'Ada@example.com'), login, 'as_chosen'],
  ['a login whose person is not known', profileOf('claude_code'), login, 'as_chosen'],
  ['another person’s login', profileOf('claude_code', 'bob@example.com'), login, 'mismatch'],
  ['no login', profileOf('claude_code'), { tokenSource: 'none' }, 'signed_out'],
  ['a profile instead of a login', profileOf('claude_code'), profile, 'mismatch'],
  [
    'a key instead of a login',
    profileOf('claude_code'),
    { tokenSource: 'none', apiKeySource: '/login managed key' },
    'mismatch',
  ],
  [
    'a key beside a login',
    profileOf('claude_code'),
    { ...login, apiKeySource: 'ANTHROPIC_API_KEY' },
    'mismatch',
  ],
  [
    'a token of the environment',
    profileOf('claude_code'),
    { tokenSource: 'CLAUDE_CODE_OAUTH_TOKEN' },
    'mismatch',
  ],
  ['another cloud', profileOf('claude_code'), { apiProvider: 'bedrock' }, 'mismatch'],
  ['the profile that was chosen', profileOf('console_profile'), profile, 'as_chosen'],
  ['a login instead of a profile', profileOf('console_profile'), login, 'mismatch'],
  ['a profile that is not there', profileOf('console_profile'), { tokenSource: 'none' }, 'signed_out'],
  ['our gateway', gatewayProfile, { tokenSource: 'ANTHROPIC_AUTH_TOKEN' }, 'as_chosen'],
  ['a login instead of our gateway', gatewayProfile, login, 'mismatch'],
])('%s', (_name, profile, account, expected) => {
  expect(verifyAuth(profile, account)).toBe(expected);
});
