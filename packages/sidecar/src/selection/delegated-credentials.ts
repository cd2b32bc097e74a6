import type { ErrorCode } from '@postern/contract';
import {
  type Candidate,
  type Clock,
  type CooldownReason,
  type DelegatedCredentials,
  type DelegatedOutcome,
  modelLine,
  payerOf,
  type Report,
} from '../credentials/index.ts';
import type { DelegatedSignIn, DelegatedSignIns } from '../delegated/index.ts';
import { loggableError } from '../errors/index.ts';
import { type Cooldowns, cooldownEndMs, type RunningCooldowns } from './cooldowns.ts';
import type { UsageLimitTracker } from './usage-limit-tracker.ts';

export interface DelegatedCredentialsDeps {
  readonly signIns: Pick<DelegatedSignIns, 'refresh' | 'all' | 'runOf' | 'homeOf' | 'noteLoginEnd'>;
  readonly cooldowns: Cooldowns;
  readonly usageLimits: Pick<UsageLimitTracker, 'noteWindow'>;
  readonly report: Report;
  readonly sandbox: boolean;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Sign-ins that other programs hold as credentials: what is known of them, and what queries have shown. */
export function createDelegatedCredentials(deps: DelegatedCredentialsDeps): DelegatedCredentials {
  const { cooldowns, signIns } = deps;

  function candidate(signIn: DelegatedSignIn, running: RunningCooldowns, model: string | null): Candidate {
    const { id, kind, fault } = signIn;
    const cooldown = fault === null ? running.of(signIn, model) : null;
    return {
      ref: { id, kind, payer: payerOf(kind, deps.sandbox) },
      usable: fault === null,
      reason: fault ?? cooldown?.code ?? null,
      cooldownUntilMs: cooldown?.untilMs ?? null,
      cooldownReason: cooldown?.reason ?? null,
    };
  }

  function coolDown(
    signIn: DelegatedSignIn,
    reason: CooldownReason,
    untilMs: number,
    model: string | null = null,
  ): void {
    const code = codeOf(reason);
    cooldowns.start(signIn, model, { untilMs, reason, code });
    // One model's is not how the credential stands.
    if (model !== null) return;
    deps.report({ type: 'credential_changed', kind: signIn.kind, status: 'cooling_down', reason: code });
  }

  function note(signIn: DelegatedSignIn, outcome: DelegatedOutcome): void {
    const nowMs = deps.clock();
    switch (outcome.type) {
      case 'accepted': {
        const wasCoolingDown = cooldowns.running().of(signIn, null) !== null;
        cooldowns.end(signIn.id, outcome.model);
        if (wasCoolingDown)
          deps.report({ type: 'credential_changed', kind: signIn.kind, status: 'active', reason: null });
        break;
      }
      case 'refused':
        coolDown(signIn, 'auth_failure', cooldownEndMs(null, nowMs));
        break;
      case 'limit_reached':
        coolDown(signIn, 'usage_limit', cooldownEndMs(outcome.resetsAtMs, nowMs), outcome.model);
        break;
      case 'window_seen':
        deps.usageLimits.noteWindow(signIn.id, outcome, null);
        break;
      case 'login_ends':
        signIns.noteLoginEnd(signIn.id, outcome.atMs);
    }
  }

  return {
    refresh: () => signIns.refresh(),
    candidates(model = null) {
      const running = cooldowns.running();
      const line = modelLine(model);
      return signIns.all().map((signIn) => candidate(signIn, running, line));
    },
    runOf: (id) => signIns.runOf(id),
    homeOf: (id) => signIns.homeOf(id),
    note(id, outcome) {
      const signIn = signIns.all().find((each) => each.id === id);
      if (signIn === undefined) return;
      try {
        note(signIn, outcome);
      } catch (error) {
        deps.log(`what became of ${id} was not kept: ${loggableError(error)}`);
      }
    },
  };
}

/** The sign-in itself was refused: only the user can tell whether it can be repaired. */
function codeOf(reason: CooldownReason): ErrorCode {
  return reason === 'usage_limit' ? 'plan_limit_reached' : 'reauthorization_required';
}
