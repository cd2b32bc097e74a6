import type { CredentialRef, ErrorCode } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import { type ChooseCredential, isDelegatedKind } from './choose-credential.ts';
import type { ReadProof } from './credential-proofs.ts';
import type { QueryScope } from './gateway.ts';
import { type Unavailable, unavailableBecause } from './unavailable.ts';

/** What a query would start with, or why it cannot. */
export type BeforeQuery =
  | {
      readonly credential: CredentialRef;
      readonly reason: ChoiceReason;
      /** True where a person has to be asked before anything is sent. */
      readonly asks: boolean;
    }
  | { readonly code: ErrorCode; readonly retryAtMs: number | null };

/**
 * Chooses as a first request would, and makes sure that what was chosen can be put on: a token that has to be renewed is
 * renewed now. Where a person has to be asked, the query starts with the preferred one and the question comes in it.
 * `lookOnly`: renews nothing, and never waits for the network.
 */
export async function chooseBeforeQuery(
  deps: {
    readonly choose: ChooseCredential;
    readonly readProof: ReadProof;
    readonly log: (line: string) => void;
  },
  { lookOnly, scope }: { readonly lookOnly: boolean; readonly scope: QueryScope },
): Promise<BeforeQuery> {
  const unavailable = new Map<string, Unavailable>();
  for (;;) {
    const choice = await deps.choose.beforeQuery(scope, unavailable);
    if (choice.do === 'stop') return { code: choice.code, retryAtMs: choice.retryAtMs };
    if (choice.do === 'ask') return { credential: choice.from, reason: choice.reason, asks: true };
    const { credential, reason } = choice;
    if (lookOnly || isDelegatedKind(credential.kind)) return { credential, reason, asks: false };
    try {
      await deps.readProof(credential, null);
      return { credential, reason, asks: false };
    } catch (error) {
      unavailable.set(credential.id, unavailableBecause(error, deps.log));
    }
  }
}
