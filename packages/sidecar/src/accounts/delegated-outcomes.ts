import type { CredentialKind, ErrorCode } from '@postern/contract';
import { z } from 'zod';
import {
  type Candidate,
  type Clock,
  type DelegatedOutcome,
  instant,
  type Report,
} from '../credentials/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Store } from '../store/index.ts';

/** How long a sign-in rests that was refused, and one whose limit names no end. */
const restMs = 5 * 60_000;
/** No plan window is longer than a week: a later reset is a mistake. */
const longestRestMs = 8 * 24 * 3_600_000;
const documentName = 'delegated_cooldowns';

const schema = z.record(
  z.string(),
  z.object({ untilMs: z.number(), reason: z.enum(['auth_failure', 'usage_limit']), proof: z.string() }),
);
type Rests = z.infer<typeof schema>;

/** The part of a candidate that a rest decides. */
export type Rest = Pick<Candidate, 'reason' | 'cooldownUntilMs' | 'cooldownReason'>;

/** Which sign-in an outcome is about: `proof` changes when somebody signs in anew, and makes what was remembered void. */
export interface DelegatedSubject {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly proof: string;
}

/** What queries have shown of sign-ins that other programs hold. */
export interface DelegatedOutcomes {
  /** Null where it does not rest. */
  restOf(subject: DelegatedSubject): Rest | null;
  /** Unix ms, as the program last said it; null where it did not. */
  loginEndOf(id: string): number | null;
  /** Never throws. */
  note(subject: DelegatedSubject, outcome: DelegatedOutcome): void;
  forget(id: string): void;
}

/** Rests outlive a restart, as a document; windows go to the ledger. */
export function createDelegatedOutcomes(deps: {
  readonly documents: Store['documents'];
  readonly ledger: Pick<Ledger, 'noteWindow' | 'windows'>;
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): DelegatedOutcomes {
  const loginEnds = new Map<string, number>();

  function write(id: string, rest: Rests[string] | null): void {
    if (rest === null && parse(deps.documents.read(documentName))[id] === undefined) return;
    deps.documents.update(documentName, (current) => {
      const { [id]: _before, ...others } = parse(current);
      return rest === null ? others : { ...others, [id]: rest };
    });
  }

  function rest(
    { id, kind, proof }: DelegatedSubject,
    reason: Rests[string]['reason'],
    untilMs: number,
  ): void {
    write(id, { untilMs, reason, proof });
    deps.report({ type: 'credential_changed', kind, status: 'cooling_down', reason: codeOf(reason) });
  }

  function noteWindow(id: string, seen: Extract<DelegatedOutcome, { type: 'window_seen' }>): void {
    const { window, utilization, status } = seen;
    const resetsAt = seen.resetsAtMs === null ? null : instant(seen.resetsAtMs);
    const before = deps.ledger.windows().find((each) => each.credentialId === id && each.window === window);
    deps.ledger.noteWindow({ credentialId: id, window, utilization, resetsAt, status });
    if ((before?.status ?? 'allowed') !== status)
      deps.report({ type: 'usage_limits_changed', window, resetsAt, status });
  }

  function note(subject: DelegatedSubject, outcome: DelegatedOutcome): void {
    const nowMs = deps.clock();
    switch (outcome.type) {
      case 'accepted':
        write(subject.id, null);
        break;
      case 'refused':
        rest(subject, 'auth_failure', nowMs + restMs);
        break;
      case 'limit_reached': {
        const { resetsAtMs } = outcome;
        const named = resetsAtMs !== null && resetsAtMs > nowMs ? resetsAtMs : nowMs + restMs;
        rest(subject, 'usage_limit', Math.min(named, nowMs + longestRestMs));
        break;
      }
      case 'window_seen':
        noteWindow(subject.id, outcome);
        break;
      case 'login_ends':
        loginEnds.set(subject.id, outcome.atMs);
    }
  }

  /** What cannot be kept still holds for the query that noted it. */
  function keep(id: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      deps.log(`what became of ${id} was not kept: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  }

  return {
    restOf({ id, proof }) {
      const found = parse(deps.documents.read(documentName))[id];
      if (found === undefined || found.proof !== proof || found.untilMs <= deps.clock()) return null;
      return {
        reason: codeOf(found.reason),
        cooldownUntilMs: found.untilMs,
        cooldownReason: found.reason,
      };
    },
    loginEndOf: (id) => loginEnds.get(id) ?? null,
    note: (subject, outcome) => keep(subject.id, () => note(subject, outcome)),
    forget(id) {
      loginEnds.delete(id);
      keep(id, () => write(id, null));
    },
  };
}

function parse(document: unknown): Rests {
  const parsed = schema.safeParse(document ?? {});
  return parsed.success ? parsed.data : {};
}

/** The sign-in itself was refused: only a person can tell whether it can be repaired. */
function codeOf(reason: Rests[string]['reason']): ErrorCode {
  return reason === 'usage_limit' ? 'plan_limit_reached' : 'reauthorization_required';
}
