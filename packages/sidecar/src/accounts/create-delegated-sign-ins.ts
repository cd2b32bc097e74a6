import { type CredentialView, type ErrorCode, errorTable } from '@postern/contract';
import { type Candidate, type Clock, firstIdOf, instant, payerOf } from '../credentials/index.ts';
import { type ConsoleProfile, listConsoleProfiles } from './console-profiles.ts';
import type { ClaudeCodeAccount } from './create-claude-code-account.ts';
import type { DelegatedSignIns } from './delegated-sign-ins.ts';

const profileProblems: { readonly [Problem in NonNullable<ConsoleProfile['problem']>]: string } = {
  missing: 'Its credential file is not there. Sign in again with: ant auth login',
  unsafe:
    'Its credential file can be read by others. Run chmod 600 on it, or sign in again with: ant auth login',
  unreadable: 'It cannot be read. Sign in again with: ant auth login',
};

export interface DelegatedSignInsDeps {
  readonly claudeCode: Pick<ClaudeCodeAccount, 'status' | 'known'>;
  /** The official SDK's folder; null where there is none to look at. */
  readonly consoleConfigDir: string | null;
  /** In the sandbox no real account is looked at. */
  readonly sandbox: boolean;
  readonly clock: Clock;
}

/** Sign-ins that another program holds, as candidates and as a person sees them. */
export function createDelegatedSignIns(deps: DelegatedSignInsDeps): DelegatedSignIns {
  let profiles: readonly ConsoleProfile[] = [];

  async function look(): Promise<readonly ConsoleProfile[]> {
    if (deps.sandbox || deps.consoleConfigDir === null) return [];
    profiles = await listConsoleProfiles(deps.consoleConfigDir);
    return profiles;
  }

  return {
    async present() {
      const [claudeCode, found] = await Promise.all([deps.claudeCode.status(), look()]);
      return {
        claudeCode: claudeCode.state === 'signed_in',
        consoleProfile: found.some((profile) => profile.problem === null),
      };
    },
    candidates() {
      const login = deps.claudeCode.known();
      const signedIn = login?.signedIn === true;
      return [
        candidate(
          'claude_code',
          firstIdOf('claude_code'),
          signedIn && (login.loginEndsAtMs === null || login.loginEndsAtMs > deps.clock()),
          signedIn ? 'reauthorization_required' : 'not_signed_in',
          deps.sandbox,
        ),
        ...profiles.map((profile) =>
          candidate(
            'console_profile',
            `console_profile:${profile.name}`,
            profile.problem === null && !ended(profile, deps.clock()),
            'reauthorization_required',
            deps.sandbox,
          ),
        ),
      ];
    },
    async views() {
      const [status, found] = await Promise.all([deps.claudeCode.status(), look()]);
      // The program goes on calling a login one whose own date is past.
      const hasEnded = status.loginExpiresAt !== null && Date.parse(status.loginExpiresAt) <= deps.clock();
      const claudeCode: CredentialView = {
        id: firstIdOf('claude_code'),
        kind: 'claude_code',
        label: status.account?.email ?? 'Claude Code login',
        payer: payerOf('claude_code', deps.sandbox),
        status:
          status.state === 'signed_in'
            ? hasEnded
              ? 'reauthorization_required'
              : 'active'
            : status.state === 'unavailable'
              ? 'not_configured'
              : 'absent',
        expiresAt: status.loginExpiresAt,
        cooldownUntil: null,
        reason: deps.sandbox ? 'not_in_sandbox' : (status.lastError?.code ?? null),
        nextStep: deps.sandbox ? errorTable.not_in_sandbox.nextStep : (status.lastError?.nextStep ?? null),
      };
      return [claudeCode, ...consoleViews(found, deps.sandbox, deps.clock())];
    },
  };
}

function consoleViews(
  profiles: readonly ConsoleProfile[],
  sandbox: boolean,
  nowMs: number,
): readonly CredentialView[] {
  const base = {
    kind: 'console_profile',
    payer: payerOf('console_profile', sandbox),
    cooldownUntil: null,
  } as const;
  if (profiles.length === 0)
    return [
      {
        ...base,
        id: firstIdOf('console_profile'),
        label: 'Console profile',
        status: 'absent',
        expiresAt: null,
        reason: null,
        nextStep: 'Sign in to the Console with: ant auth login',
      },
    ];
  return profiles.map((profile) => ({
    ...base,
    id: `console_profile:${profile.name}`,
    label: profile.organization === null ? profile.name : `${profile.name} (${profile.organization})`,
    status: profile.problem === null && !ended(profile, nowMs) ? 'active' : 'reauthorization_required',
    expiresAt: profile.expiresAtMs === null ? null : instant(profile.expiresAtMs),
    reason: profile.problem,
    nextStep:
      profile.problem === null
        ? ended(profile, nowMs)
          ? 'Its sign-in has ended. Sign in again with: ant auth login'
          : null
        : profileProblems[profile.problem],
  }));
}

/** An access token that the SDK cannot renew ends with its clock. */
function ended(profile: ConsoleProfile, nowMs: number): boolean {
  return !profile.refreshable && profile.expiresAtMs !== null && profile.expiresAtMs <= nowMs;
}

function candidate(
  kind: 'claude_code' | 'console_profile',
  id: string,
  usable: boolean,
  reason: ErrorCode,
  sandbox: boolean,
): Candidate {
  return {
    ref: { id, kind, payer: payerOf(kind, sandbox) },
    usable,
    reason: usable ? null : reason,
    cooldownUntilMs: null,
    cooldownReason: null,
  };
}
