import type { CredentialKind, CredentialRef } from '@postern/contract';

/** Who pays when a credential of this kind is used, in words for a person. */
export function payerOf(kind: CredentialKind, sandbox: boolean): string {
  if (sandbox) return 'Nobody: sandbox';
  switch (kind) {
    case 'oauth':
      return 'Your sign-in’s plan';
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
export function credentialRef(kind: CredentialKind, sandbox: boolean): CredentialRef {
  return { id: firstIdOf(kind), kind, payer: payerOf(kind, sandbox) };
}
