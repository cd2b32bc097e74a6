import { createHash } from 'node:crypto';

/** Who is signed in, as a token response tells it. Source: facts of the vendor's dialect, docs/anthropic-oauth.md. */
export interface SandboxAccount {
  readonly account: { readonly uuid: string; readonly email_address: string };
  readonly organization: { readonly uuid: string; readonly name: string };
}

/** The account of an e-mail address: always the same for the same address, and no real one. */
export function accountOf(email: string): SandboxAccount {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return {
    account: { uuid: uuidOf(email), email_address: email },
    organization: { uuid: uuidOf(`@${domain}`), name: `Sandbox (${domain})` },
  };
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
