import { type CredentialKind, credentialKinds } from '@postern/contract';
import {
  type Candidate,
  type Choice,
  type ChoiceReason,
  type Clock,
  credentialRef,
  nextCredential,
  nothingSettled,
} from '../credentials/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { CredentialStatus } from './credential-status.ts';
import type { FallbackConsents } from './fallback-consents.ts';
import type { QueryScope } from './query.ts';
import type { LetPay, QueryState } from './query-state.ts';
import type { Unavailability } from './unavailability.ts';

/** Gathers the circumstances and applies the policy. */
export interface ChooseCredential {
  /** For a query: with what was settled in it. A delegated kind signs in for itself, in another child. */
  forQuery(
    query: QueryState,
    unavailable: ReadonlyMap<string, Unavailability>,
    model: string | null,
  ): Promise<Choice>;
  /** Ids of those whose plan is used up for these models. */
  usedUp(query: QueryState, model: string | null): Promise<ReadonlySet<string>>;
  /** Before a query: nothing settled but today's consents. */
  beforeQuery(scope: QueryScope, unavailable: ReadonlyMap<string, Unavailability>): Promise<Choice>;
}

/** What the choice is made from. */
export interface ChooseCredentialDeps {
  readonly status: CredentialStatus;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly consents: FallbackConsents;
  readonly sandbox: boolean;
  /** Sign-ins bill an organization, by request, not a plan. */
  readonly linkedBilling?: boolean | undefined;
  readonly clock: Clock;
}

export function createChooseCredential(deps: ChooseCredentialDeps): ChooseCredential {
  async function choose(
    query: QueryState | null,
    scope: QueryScope,
    unavailable: ReadonlyMap<string, Unavailability>,
    model: string | null,
  ): Promise<Choice> {
    const entries = await deps.status.entries(model);
    const { credentialOrder, fallback, accounts = [] } = deps.settings.read();
    const refused = new Map<string, ChoiceReason>();
    for (const { candidate, version } of entries) {
      const { id } = candidate.ref;
      const settled = query?.refused.get(id);
      if (settled !== undefined && (settled.version === null || settled.version === version))
        refused.set(id, settled.reason);
      const now = unavailable.get(id);
      if (now !== undefined && (now.version == null || now.version === version)) refused.set(id, now.code);
    }
    const delegated = delegatedIn(scope);
    for (const { ref } of delegated) {
      const settled = query?.refused.get(ref.id);
      if (settled !== undefined) refused.set(ref.id, settled.reason);
    }
    const present = [...entries.map((entry) => entry.candidate), ...delegated];
    const rank = new Map(accounts.map(({ id }, at) => [id, at]));
    const rankOf = ({ ref }: Candidate): number => rank.get(ref.id) ?? accounts.length;
    const choice = nextCredential({
      order: credentialOrder,
      candidates: [...present, ...missing(scope.first, present)]
        .filter((candidate) => mayPay(query?.letPay ?? null, candidate))
        .toSorted((a, b) => rankOf(a) - rankOf(b)),
      first: scope.first,
      fallback: { ...fallback, ...scope.policy },
      settled: {
        refused,
        consents: new Set([...deps.consents.today(), ...(query?.consents ?? [])]),
        declined: query?.declined ?? nothingSettled.declined,
        othersMayPay: query !== null && query.letPay !== null,
      },
      nowMs: deps.clock(),
    });
    if (choice.do !== 'stop' || choice.retryAtMs !== null) return choice;
    const said = [...unavailable.values()].find(({ code }) => code === choice.code);
    return { ...choice, retryAtMs: said?.retryAtMs ?? null };
  }

  /** A workspace's preferred credential that no longer exists: skipped as the policy says, not silently. */
  function missing(first: string | null, present: readonly Candidate[]): readonly Candidate[] {
    const kind = credentialKinds.find((each) => first?.startsWith(`${each}:`));
    if (first === null || kind === undefined || present.some(({ ref }) => ref.id === first)) return [];
    const ref = credentialRef(kind, deps.sandbox, deps.linkedBilling, first);
    return [{ ref, usable: false, reason: 'not_signed_in', cooldownUntilMs: null, cooldownReason: null }];
  }

  return {
    forQuery: (query, unavailable, model) => choose(query, query.scope, unavailable, model),
    async usedUp({ scope }, model) {
      const own = (await deps.status.entries(model)).map(({ candidate }) => candidate);
      const all = [...own, ...delegatedIn(scope)];
      return new Set(all.filter(isUsedUp).map(({ ref }) => ref.id));
    },
    beforeQuery: (scope, unavailable) => choose(null, scope, unavailable, null),
  };
}

function delegatedIn(scope: QueryScope): readonly Candidate[] {
  return scope.delegated().filter(({ ref }) => isDelegatedKind(ref.kind));
}

const isUsedUp = ({ cooldownReason }: Candidate): boolean => cooldownReason === 'usage_limit';

/** Of those that could take over, the one that the user let pay. What is used up stays, and what was: it is why another pays. */
function mayPay(letPay: LetPay | null, candidate: Candidate): boolean {
  if (letPay === null || letPay.credentialId === null) return true;
  const { id } = candidate.ref;
  return id === letPay.credentialId || letPay.insteadOf.has(id) || isUsedUp(candidate);
}

/** Kinds whose own program signs in for itself. */
export function isDelegatedKind(kind: CredentialKind): boolean {
  return kind === 'claude_code' || kind === 'console_profile';
}
