import type { SignIn } from '../credentials/index.ts';
import type { OAuthClient } from '../oauth/index.ts';

/**
 * False for a sign-in that another server issued, or that was issued to another client, than the configured one: nothing of it is
 * ever sent, not even to revoke it (docs/spec/faults.md#f29).
 */
export function matchesClient(record: SignIn, oauth: Pick<OAuthClient, 'issuer' | 'clientId'>): boolean {
  if (record.status === 'absent') return true;
  return record.issuer === oauth.issuer && record.clientId === oauth.clientId;
}
