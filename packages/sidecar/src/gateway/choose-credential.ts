import type { CredentialKind } from '@postern/contract';
import {
  type Candidate,
  type Choice,
  type ChoiceReason,
  type Clock,
  nextCredential,
  nothingSettled,
} from '../credentials/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { BoundQuery } from './bound-query.ts';
import type { CredentialBoard } from './credential-board.ts';
import type { FallbackConsents } from './fallback-consents.ts';
import type { Unavailable } from './unavailable.ts';

/** Gathers the circumstances and applies the policy. */
export interface ChooseCredential {
  /** For a request of a query: of what the gateway can put on. A delegated kind signs in for itself, in another child. */
  forRequest(query: BoundQuery, unavailable: ReadonlyMap<string, Unavailable>): Promise<Choice>;
  /** Before a query: delegated kinds included, nothing settled but today's consents. */
  beforeQuery(unavailable: ReadonlyMap<string, Unavailable>): Promise<Choice>;
}

/** What the choice is made from. */
export interface ChooseCredentialDeps {
  readonly board: CredentialBoard;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly ledger: Pick<Ledger, 'spentTodayUsd'>;
  readonly consents: FallbackConsents;
  readonly delegated: () => readonly Candidate[];
  readonly clock: Clock;
}

export function createChooseCredential(deps: ChooseCredentialDeps): ChooseCredential {
  async function choose(
    query: BoundQuery | null,
    delegated: readonly Candidate[],
    unavailable: ReadonlyMap<string, Unavailable>,
  ): Promise<Choice> {
    const entries = await deps.board.entries();
    const { credentialOrder, fallback } = deps.settings.read();
    const refused = new Map<string, ChoiceReason>();
    for (const { candidate, version } of entries) {
      const { id } = candidate.ref;
      const settled = query?.refused.get(id);
      if (settled !== undefined && (settled.version === null || settled.version === version))
        refused.set(id, settled.reason);
      const now = unavailable.get(id);
      if (now !== undefined) refused.set(id, now.code);
    }
    const choice = nextCredential({
      order: credentialOrder,
      candidates: [...entries.map((entry) => entry.candidate), ...delegated],
      fallback,
      spentTodayUsd: deps.ledger.spentTodayUsd(),
      settled: {
        refused,
        consents: new Map([...deps.consents.today(), ...(query?.consents ?? [])]),
        declined: query?.declined ?? nothingSettled.declined,
        paying: query?.paying ?? nothingSettled.paying,
      },
      nowMs: deps.clock(),
    });
    if (choice.do !== 'stop' || choice.retryAtMs !== null) return choice;
    const said = [...unavailable.values()].find(({ code }) => code === choice.code);
    return { ...choice, retryAtMs: said?.retryAtMs ?? null };
  }

  return {
    forRequest: (query, unavailable) => choose(query, [], unavailable),
    beforeQuery: (unavailable) => choose(null, deps.delegated().filter(isDelegated), unavailable),
  };
}

/** Kinds whose own program signs in for itself. */
export function isDelegatedKind(kind: CredentialKind): boolean {
  return kind === 'claude_code' || kind === 'console_profile';
}

function isDelegated({ ref }: Candidate): boolean {
  return isDelegatedKind(ref.kind);
}
