import type { AuthStatus, CredentialView } from '@postern/contract';

/** A status as the sidecar answers it: nobody is signed in. */
export const signedOut: AuthStatus = {
  state: 'signed_out',
  connected: false,
  expiresAt: null,
  expiresSoon: false,
  refreshable: false,
  scopes: [],
  account: null,
  provider: 'anthropic',
  fallbackAvailable: false,
  connectAgain: false,
  billing: 'plan',
  supplied: false,
  activeCredential: null,
  store: { kind: 'os_keychain', persisted: true, healthy: true, detail: 'In the keychain.' },
  pendingSignIn: null,
  lastError: null,
  revocation: null,
};

/** A status with a good sign-in that is used. */
export const signedIn: AuthStatus = {
  ...signedOut,
  state: 'signed_in',
  connected: true,
  expiresAt: '2026-11-23T18:00:00.000Z',
  account: { email: 'ada@example.org', organization: null },
  activeCredential: {
    id: 'oauth:default',
    kind: 'oauth',
    payer: 'Your sign-in’s plan',
    since: '2026-11-23T10:00:00.000Z',
    reason: 'preferred',
  },
};

/** One credential as the list shows it. */
export function credentialView(
  kind: CredentialView['kind'],
  status: CredentialView['status'],
): CredentialView {
  return {
    id: `${kind}:default`,
    kind,
    label: kind,
    payer: 'somebody',
    status,
    expiresAt: null,
    cooldownUntil: null,
    reason: null,
    nextStep: null,
  };
}
