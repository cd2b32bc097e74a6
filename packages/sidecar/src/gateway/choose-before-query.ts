import type { CredentialRef, ErrorCode } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import { type ChooseCredential, isDelegatedKind } from './choose-credential.ts';
import type { ReadProof } from './credential-proofs.ts';
import { type Unavailable, unavailableBecause } from './unavailable.ts';

/** What a query would start with, or why it cannot. */
export type BeforeQuery =
  | { readonly credential: CredentialRef; readonly reason: ChoiceReason }
  | { readonly code: ErrorCode; readonly retryAtMs: number | null };

/**
 * Chooses as a first request would, and makes sure that what was chosen can be put on: a token that has to be renewed is
 * renewed now. Where a person has to be asked, the query starts with the preferred one and the question comes in it.
 * @param lookOnly only looks: renews nothing, and never waits for the network
 */
export async function chooseBeforeQuery(
  deps: {
    readonly choose: ChooseCredential;
    readonly readProof: ReadProof;
    readonly log: (line: string) => void;
  },
  lookOnly: boolean,
): Promise<BeforeQuery> {
  const unavailable = new Map<string, Unavailable>();
  for (;;) {
    const choice = await deps.choose.beforeQuery(unavailable);
    if (choice.do === 'stop') return { code: choice.code, retryAtMs: choice.retryAtMs };
    if (choice.do === 'ask') return { credential: choice.from, reason: choice.reason };
    const { credential, reason } = choice;
    if (lookOnly || isDelegatedKind(credential.kind)) return { credential, reason };
    try {
      await deps.readProof(credential, null);
      return { credential, reason };
    } catch (error) {
      unavailable.set(credential.id, unavailableBecause(error, deps.log));
    }
  }
}
