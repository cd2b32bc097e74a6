import type { CredentialKind, CredentialRef } from '@postern/contract';

/** Who pays for a sign-in of linked billing, and for tokens that an operator supplies: never a plan. */
const linkedPayer = 'The linked organization’s bill';

/**
 * Who pays when a credential of this kind is used, in words for the user.
 * @param linkedBilling the sign-in's tokens bill an organization, by request
 */
export function payerOf(kind: CredentialKind, sandbox: boolean, linkedBilling = false): string {
  if (sandbox) return 'The sandbox, at no cost';
  switch (kind) {
    case 'oauth':
      return linkedBilling ? linkedPayer : 'Your sign-in’s plan';
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
export function credentialRef(kind: CredentialKind, sandbox: boolean, linkedBilling = false): CredentialRef {
  return { id: firstIdOf(kind), kind, payer: payerOf(kind, sandbox, linkedBilling) };
}

/**
 * Whether a plan covers what a credential costs: shown, and counted towards no cap. An organization's bill does not.
 * @param payer the reference's `payer`: without it a sign-in counts as one of a plan
 */
export function coveredByPlan(kind: CredentialKind, payer?: string): boolean {
  return kind === 'claude_code' || (kind === 'oauth' && payer !== linkedPayer);
}
