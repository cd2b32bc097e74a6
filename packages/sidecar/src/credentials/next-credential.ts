import type { CredentialKind } from '@postern/contract';

/** What the choice needs to know of one credential. */
export interface Candidate {
  readonly kind: CredentialKind;
  /** Whether it could be tried at all: it is there, and no person is needed first. */
  readonly usable: boolean;
  /** Unix ms before which it is not tried, or null. */
  readonly cooldownUntilMs: number | null;
}

/**
 * The first credential in the person's order that is usable, rests in no cooldown and was not refused in this query.
 * Null where there is none. Pure.
 */
export function nextCredential(
  order: readonly CredentialKind[],
  candidates: readonly Candidate[],
  refused: ReadonlySet<CredentialKind>,
  nowMs: number,
): CredentialKind | null {
  for (const kind of order) {
    const candidate = candidates.find((each) => each.kind === kind);
    if (candidate === undefined || !candidate.usable || refused.has(kind)) continue;
    if (candidate.cooldownUntilMs !== null && candidate.cooldownUntilMs > nowMs) continue;
    return kind;
  }
  return null;
}
