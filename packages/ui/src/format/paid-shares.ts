import type { CredentialRef, ReceiptPart } from '@postern/contract';
import { kindName } from './wording.ts';

/** What one credential paid of a turn, and why it was that one. */
export interface PaidShare {
  readonly credential: CredentialRef;
  /** Its kind; where two of that kind paid, with its own name. */
  readonly name: string;
  readonly reasons: readonly string[];
  readonly costUsd: number;
  readonly covered: boolean;
}

/** A receipt's parts by credential: one that served twice, for two reasons, is named once, and apart what its plan did not cover. */
export function paidShares(parts: readonly ReceiptPart[]): readonly PaidShare[] {
  const groups = [...Map.groupBy(parts, (part) => `${part.credential.id} ${part.covered}`).values()];
  const kinds = [...new Map(parts.map((part) => [part.credential.id, part.credential.kind])).values()];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { credential, covered } = first;
    const { id, kind } = credential;
    const others = kinds.filter((each) => each === kind).length > 1;
    return {
      credential,
      name: `${kindName(credential)}${others ? ` (${id.slice(id.indexOf(':') + 1)})` : ''}`,
      reasons: [...new Set(group.map((part) => part.reason))],
      costUsd: group.reduce((sum, part) => sum + part.costUsd, 0),
      covered,
    };
  });
}
