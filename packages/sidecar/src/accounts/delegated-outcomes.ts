import type { CredentialKind, ErrorCode } from '@postern/contract';
import {
  type Candidate,
  type Clock,
  type CooldownReason,
  type DelegatedOutcome,
  instant,
  type Report,
} from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { type Cooldowns, cooldownEndMs } from '../selection/index.ts';

/** The part of a candidate that a cooldown decides. */
export type CooldownPart = Pick<Candidate, 'reason' | 'cooldownUntilMs' | 'cooldownReason'>;

/** Which sign-in an outcome is about: `fingerprint` changes when somebody signs in anew, and makes what was remembered void. */
export interface DelegatedSubject {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly fingerprint: string;
}

/** What queries have shown of sign-ins that other programs hold. */
export interface DelegatedOutcomes {
  /** Null where none runs. */
  cooldownOf(subject: DelegatedSubject): CooldownPart | null;
  /** Unix ms, as the program last said it; null where it did not. */
  loginEndOf(id: string): number | null;
  /** Never throws. */
  note(subject: DelegatedSubject, outcome: DelegatedOutcome): void;
  forget(id: string): void;
}

/** Windows go to the ledger. */
export function createDelegatedOutcomes(deps: {
  readonly cooldowns: Cooldowns;
  readonly ledger: Pick<Ledger, 'noteWindow' | 'windows'>;
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): DelegatedOutcomes {
  const loginEnds = new Map<string, number>();

  function coolDown(subject: DelegatedSubject, reason: CooldownReason, untilMs: number): void {
    const code = codeOf(reason);
    deps.cooldowns.start(subject, null, { untilMs, reason, code });
    deps.report({ type: 'credential_changed', kind: subject.kind, status: 'cooling_down', reason: code });
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
        deps.cooldowns.end(subject.id, 'every model');
        break;
      case 'refused':
        coolDown(subject, 'auth_failure', cooldownEndMs(null, nowMs));
        break;
      case 'limit_reached':
        coolDown(subject, 'usage_limit', cooldownEndMs(outcome.resetsAtMs, nowMs));
        break;
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
      deps.log(`what became of ${id} was not kept: ${loggableError(error)}`);
    }
  }

  return {
    cooldownOf(subject) {
      const cooldown = deps.cooldowns.running().of(subject, null);
      if (cooldown === null) return null;
      const { code, untilMs, reason } = cooldown;
      return { reason: code, cooldownUntilMs: untilMs, cooldownReason: reason };
    },
    loginEndOf: (id) => loginEnds.get(id) ?? null,
    note: (subject, outcome) => keep(subject.id, () => note(subject, outcome)),
    forget(id) {
      loginEnds.delete(id);
      keep(id, () => deps.cooldowns.end(id, 'every model'));
    },
  };
}

/** The sign-in itself was refused: only a person can tell whether it can be repaired. */
function codeOf(reason: CooldownReason): ErrorCode {
  return reason === 'usage_limit' ? 'plan_limit_reached' : 'reauthorization_required';
}
