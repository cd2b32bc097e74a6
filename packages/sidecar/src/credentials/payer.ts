import type { CredentialKind, CredentialRef } from '@postern/contract';

/**
 * Who pays when a credential of this kind is used, in words for the user.
 * @param linkedBilling the tokens of a sign-in, or those that an operator supplies, bill an organization by request: never a plan
 */
export function payerOf(kind: CredentialKind, sandbox: boolean, linkedBilling = false): string {
  if (sandbox) return 'The sandbox, at no cost';
  switch (kind) {
    case 'oauth':
      return linkedBilling ? 'The linked organization’s bill' : 'Your sign-in’s plan';
    case 'claude_code':
      return 'Your Claude plan';
    case 'console_profile':
      return 'Your Console organization';
    case 'api_key':
      return 'Your API key’s organization';
  }
}

/** The id of the first credential of a kind. */
export function firstIdOf(kind: CredentialKind): string {
  return `${kind}:default`;
}

/** The reference that events and receipts carry. */
export function credentialRef(
  kind: CredentialKind,
  sandbox: boolean,
  linkedBilling = false,
  id = firstIdOf(kind),
): CredentialRef {
  const ref = { id, kind, payer: payerOf(kind, sandbox, linkedBilling) };
  return kind === 'oauth' && linkedBilling ? { ...ref, billing: 'linked_organization' } : ref;
}

/**
 * Whether a plan covers what a credential costs: shown, and counted towards no cap. An organization's bill does not. Never by `payer`, which
 * is for reading: every sandbox has the same words there, whatever it bills.
 */
export function coveredByPlan({ kind, billing }: Pick<CredentialRef, 'kind' | 'billing'>): boolean {
  return kind === 'claude_code' || (kind === 'oauth' && billing !== 'linked_organization');
}
