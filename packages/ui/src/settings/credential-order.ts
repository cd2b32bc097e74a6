import type { CredentialKind } from '@postern/contract';

/** The order with one kind moved to another place. */
export function moved(
  order: readonly CredentialKind[],
  kind: CredentialKind,
  to: number,
): readonly CredentialKind[] {
  const rest = order.filter((each) => each !== kind);
  return rest.toSpliced(Math.max(0, Math.min(to, rest.length)), 0, kind);
}
