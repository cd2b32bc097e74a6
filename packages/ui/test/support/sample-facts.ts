import { type AuthStatus, type CredentialView, defaultSettings, type Settings } from '@postern/contract';
import { type Facts, noFacts } from '../../src/state/facts.ts';

/** The status of somebody signed in and connected. */
export const connectedStatus: AuthStatus = {
  state: 'signed_in',
  connected: true,
  expiresAt: '2026-11-24T20:00:00.000Z',
  expiresSoon: false,
  refreshable: true,
  scopes: ['user:inference'],
  account: { email: 'ada@example.com', organization: null },
  provider: 'sandbox',
  fallbackAvailable: false,
  connectAgain: false,
  billing: 'plan',
  supplied: false,
  activeCredential: {
    id: 'oauth:default',
    kind: 'oauth',
    payer: 'Your sign-in’s plan',
    since: '2026-11-24T12:00:00.000Z',
    reason: 'preferred',
  },
  store: { kind: 'memory', persisted: false, healthy: true, detail: 'Kept in memory.' },
  pendingSignIn: null,
  lastError: null,
  revocation: null,
};

/** A credential that is there and works. */
export function credential(kind: CredentialView['kind'], to: Partial<CredentialView> = {}): CredentialView {
  return {
    id: `${kind}:default`,
    kind,
    label: kind,
    payer: `payer of ${kind}`,
    status: 'active',
    expiresAt: null,
    cooldownUntil: null,
    reason: null,
    nextStep: null,
    ...to,
  };
}

/** Facts with a status and credentials. */
export function factsWith(status: Partial<AuthStatus>, credentials: readonly CredentialView[]): Facts {
  return { ...noFacts, status: { ...connectedStatus, ...status }, credentials };
}

/** Settings as they are at first, with what a test needs to be otherwise. */
export function settingsWith(to: Partial<Settings>): Settings {
  return {
    ...defaultSettings,
    schemaVersion: 1,
    oauthProvider: null,
    hasOAuthToken: false,
    oauthExpiresAt: null,
    hasApiKey: false,
    apiKey: null,
    hasClaudeCodeLogin: false,
    hasConsoleProfile: false,
    ...to,
  };
}
