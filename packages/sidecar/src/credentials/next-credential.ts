import type { CredentialKind, CredentialRef, ErrorCode, FallbackPolicy } from '@postern/contract';

/** Why a credential cools down: the service rejected it, or its plan is used up. */
export type CooldownReason = 'auth_failure' | 'usage_limit';

/** What the choice needs to know of one credential. */
export interface Candidate {
  readonly ref: CredentialRef;
  /** Whether it could be tried at all: it is there, and no user is needed first. */
  readonly usable: boolean;
  /** Why it cannot be used or is cooling down, if the error table has a code for it. `not_signed_in`: it was never set up. */
  readonly reason: ErrorCode | null;
  /** Unix ms before which it is not tried, or null. */
  readonly cooldownUntilMs: number | null;
  readonly cooldownReason: CooldownReason | null;
  /** Unix ms of the last call accepted with this very token or key, where it is known. */
  readonly acceptedAtMs?: number | null;
  /**
   * Unix ms at which the service said that its link to an organization has ended. It is tried all the same, as long as there is a token: the
   * refusal ends the query, and no other credential pays.
   */
  readonly linkEndedAtMs?: number | null;
}

/**
 * Why this credential: `preferred`, else what puts the preferred one out of the running. `auth_failure` where the service
 * refused it without a word of the error table.
 */
export type ChoiceReason = 'preferred' | 'auth_failure' | ErrorCode;

/** What was settled in the query that asks; all of it is forgotten when the query ends. */
export interface Settled {
  /** Credential id → why the service, or the sign-in's renewal, refused it. */
  readonly refused: ReadonlyMap<string, ChoiceReason>;
  /** Ids the user said yes to, this once or today. */
  readonly consents: ReadonlySet<string>;
  /** Ids the user said no to. */
  readonly declined: ReadonlySet<string>;
  /** The user lets another credential pay instead of waiting for a reset: of the candidates, any may. */
  readonly othersMayPay?: boolean;
}

/** Everything the choice depends on. */
export interface Circumstances {
  readonly order: readonly CredentialKind[];
  /** Of one kind, in the order in which they are tried. */
  readonly candidates: readonly Candidate[];
  /** Id of the credential that goes before all others here: the workspace's own. It counts as set up whatever became of it. */
  readonly first?: string | null;
  readonly fallback: FallbackPolicy;
  readonly settled: Settled;
  readonly nowMs: number;
}

/** Use this one, ask the user, wait for a plan's reset, or stop under a code. */
export type Choice =
  | {
      readonly do: 'use';
      readonly credential: CredentialRef;
      readonly reason: ChoiceReason;
      /** What would be used if all were well; `credential` itself where it is. */
      readonly preferred: CredentialRef;
    }
  | {
      readonly do: 'ask';
      readonly from: CredentialRef;
      readonly to: CredentialRef;
      readonly reason: ChoiceReason;
    }
  | {
      readonly do: 'wait';
      readonly credential: CredentialRef;
      readonly reason: ChoiceReason;
      /** Unix ms. */
      readonly untilMs: number;
    }
  | { readonly do: 'stop'; readonly code: ErrorCode; readonly retryAtMs: number | null };

/** Nothing was settled yet. */
export const nothingSettled: Settled = {
  refused: new Map(),
  consents: new Set(),
  declined: new Set(),
};

/** Faults that another payer must not paper over: stop and tell. */
const stopping: ReadonlySet<ChoiceReason> = new Set<ChoiceReason>([
  'credential_policy',
  'not_for_other_programs',
  'billing_problem',
  'upstream_refused',
  'credential_store_locked',
  'credential_store_unavailable',
  'storage_full',
  'internal_error',
]);

/** Faults that time heals: named even where another credential is dead for good. */
const passing: ReadonlySet<ChoiceReason> = new Set<ChoiceReason>([
  'plan_limit_reached',
  'refresh_unavailable',
  'refresh_uncertain',
]);

/**
 * The policy. The preferred credential is the first in order that the user has set up at all; where it works, it is used. A
 * later one is a fallback: `onAuthFailure` or `onUsageLimit` decides, the strictest one where several were passed over. One that merely
 * cannot go on with the conversation did not fail: it is passed over without a question. What may be spent is no part of this: each call is
 * checked against the caps before it is sent, whichever credential pays. Pure: the same circumstances give the same choice.
 */
export function nextCredential(circumstances: Circumstances): Choice {
  const outs: Out[] = [];
  for (const candidate of inOrder(circumstances)) {
    const out = outOf(candidate, circumstances);
    if (out === null) return instead(outs, circumstances) ?? fallBack(candidate.ref, outs, circumstances);
    if (!isSetUp(candidate, circumstances) && candidate.ref.id !== circumstances.first) continue;
    // That its sign-in has ended as well makes no other one the payer.
    if (stopping.has(out.cause) || candidate.linkEndedAtMs != null) return stop(codeOf(out.cause), out);
    outs.push(out);
  }
  return waitFor(outs, circumstances) ?? nothingLeft(outs);
}

/**
 * Whether the user has set it up at all, or still has where they signed out while this query ran. One that is only cooling down is there,
 * under whatever word: going past it is a fallback.
 */
function isSetUp({ ref, usable, reason }: Candidate, { settled }: Circumstances): boolean {
  const word = usable ? settled.refused.get(ref.id) : reason;
  return word !== 'not_signed_in' && word !== 'oauth_not_configured';
}

interface Out {
  readonly ref: CredentialRef;
  readonly cause: ChoiceReason;
  readonly isLimit: boolean;
  readonly retryAtMs: number | null;
}

function inOrder({ order, candidates, first }: Circumstances): readonly Candidate[] {
  const byKind = order.flatMap((kind) => candidates.filter((each) => each.ref.kind === kind));
  return [...byKind.filter(({ ref }) => ref.id === first), ...byKind.filter(({ ref }) => ref.id !== first)];
}

function outOf(candidate: Candidate, { settled, nowMs }: Circumstances): Out | null {
  const { ref, usable, reason, cooldownUntilMs, cooldownReason } = candidate;
  const coolingDown = cooldownUntilMs !== null && cooldownUntilMs > nowMs;
  const isLimit = coolingDown && cooldownReason === 'usage_limit';
  const retryAtMs = coolingDown ? cooldownUntilMs : null;
  if (!usable) return { ref, cause: reason ?? 'auth_failure', isLimit: false, retryAtMs };
  const refused = settled.refused.get(ref.id);
  if (refused !== undefined)
    return { ref, cause: refused, isLimit: isLimit || refused === 'plan_limit_reached', retryAtMs };
  if (!coolingDown) return null;
  return { ref, cause: isLimit ? 'plan_limit_reached' : (reason ?? 'auth_failure'), isLimit, retryAtMs };
}

const hourMs = 3_600_000;
/** How long a reset may be away that is waited for, where the user chose no other time. */
export const usualWaitHours = 6;

/** The reset that is waited for although another could pay; null where the user lets that one. */
function instead(outs: readonly Out[], circumstances: Circumstances): Choice | null {
  return circumstances.settled.othersMayPay === true ? null : waitFor(outs, circumstances);
}

/**
 * The reset that is waited for; null where the policy says otherwise, or it is too long until then. One behind a credential that failed is a
 * fallback like any other: what the policy forbids is not waited for, and what it asks is asked before the wait.
 */
function waitFor(outs: readonly Out[], { fallback, settled, nowMs }: Circumstances): Choice | null {
  const { onAuthFailure, onUsageLimit, waitAtMostHours = usualWaitHours } = fallback;
  if (onUsageLimit !== 'wait') return null;
  const failed = outs.find((out) => !out.isLimit && out.cause !== 'conversation_elsewhere');
  const isBehind = (out: Out): boolean => failed !== undefined && outs.indexOf(failed) < outs.indexOf(out);
  const resets = outs.flatMap((out) =>
    out.isLimit && out.retryAtMs !== null && !(isBehind(out) && onAuthFailure === 'never')
      ? [{ out, untilMs: out.retryAtMs }]
      : [],
  );
  const [first] = resets.toSorted((a, b) => a.untilMs - b.untilMs);
  if (first === undefined || first.untilMs - nowMs > waitAtMostHours * hourMs) return null;
  const { out, untilMs } = first;
  const [preferred] = outs;
  if (preferred !== undefined && isBehind(out) && onAuthFailure === 'ask') {
    if (settled.declined.has(out.ref.id)) return stop('fallback_refused', preferred);
    if (!settled.consents.has(out.ref.id))
      return { do: 'ask', from: preferred.ref, to: out.ref, reason: preferred.cause };
  }
  return { do: 'wait', credential: out.ref, reason: out.cause, untilMs };
}

/** What the policy says of going past one. Where it is too long to wait, the user is asked; what they let pay, pays. */
function policyOf({ isLimit }: Out, { fallback, settled }: Circumstances): 'allow' | 'ask' | 'never' {
  if (!isLimit) return fallback.onAuthFailure;
  if (settled.othersMayPay === true) return 'allow';
  return fallback.onUsageLimit === 'wait' ? 'ask' : fallback.onUsageLimit;
}

function fallBack(to: CredentialRef, outs: readonly Out[], circumstances: Circumstances): Choice {
  const [preferred] = outs;
  if (preferred === undefined) return { do: 'use', credential: to, reason: 'preferred', preferred: to };
  const { settled } = circumstances;
  const policies = outs
    .filter((out) => out.cause !== 'conversation_elsewhere')
    .map((out) => policyOf(out, circumstances));
  if (policies.includes('never')) return stop(codeOf(preferred.cause), preferred);
  if (settled.declined.has(to.id)) return stop('fallback_refused', preferred);
  const isAllowed = !policies.includes('ask') || settled.consents.has(to.id);
  if (isAllowed) return { do: 'use', credential: to, reason: preferred.cause, preferred: preferred.ref };
  return { do: 'ask', from: preferred.ref, to, reason: preferred.cause };
}

function nothingLeft(outs: readonly Out[]): Choice {
  const [preferred] = outs;
  if (preferred === undefined) return { do: 'stop', code: 'not_signed_in', retryAtMs: null };
  const named = outs.length === 1 || passing.has(preferred.cause) ? codeOf(preferred.cause) : null;
  return stop(named ?? 'no_working_credential', preferred);
}

function stop(code: ErrorCode, { retryAtMs }: Out): Choice {
  return { do: 'stop', code, retryAtMs };
}

function codeOf(cause: ChoiceReason): ErrorCode {
  return cause === 'preferred' || cause === 'auth_failure' ? 'no_working_credential' : cause;
}
