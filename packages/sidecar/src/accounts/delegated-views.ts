import { type ClaudeCodeStatus, type CredentialView, errorTable } from '@postern/contract';
import { type Candidate, firstIdOf, instant, payerOf } from '../credentials/index.ts';
import type { ConsoleProfile } from '../delegated/index.ts';

/** The part of a candidate that a cooldown decides. */
type CooldownPart = Pick<Candidate, 'reason' | 'cooldownUntilMs' | 'cooldownReason'>;

/** How the user signs in to the Console: by its own program, where that is installed. */
export function consoleSignIn(hasAnt: boolean, profile: string | null): string {
  const command = profile === null ? 'ant auth login' : `ant auth login --profile ${profile}`;
  return hasAnt ? `Run: ${command}` : `Install Anthropic’s command line program, then run: ${command}`;
}

/** A Claude Code account as the user sees it. The program goes on calling a login one whose own date is past. */
export function claudeCodeView(
  { ref, usable, ...rest }: Candidate,
  status: ClaudeCodeStatus,
  sandbox: boolean,
): CredentialView {
  const base = {
    ...ref,
    label: status.account?.email ?? nameOf(ref.id, 'Claude Code login'),
    expiresAt: status.loginExpiresAt,
  };
  if (status.state === 'signed_in') {
    return {
      ...base,
      status: usable ? statusOf(rest) : 'reauthorization_required',
      cooldownUntil: usable ? untilOf(rest) : null,
      reason: rest.reason,
      nextStep: rest.reason === null ? null : errorTable[rest.reason].nextStep,
    };
  }
  return {
    ...base,
    status: status.state === 'unavailable' ? 'not_configured' : 'absent',
    cooldownUntil: null,
    reason: sandbox ? 'not_in_sandbox' : (status.lastError?.code ?? null),
    nextStep: sandbox ? errorTable.not_in_sandbox.nextStep : (status.lastError?.nextStep ?? null),
  };
}

/** A Console profile as the user sees it. */
export function profileView(
  profile: ConsoleProfile,
  candidate: Candidate,
  signIn: string,
  sandbox: boolean,
): CredentialView {
  const { name, organization, problem } = profile;
  const because = problem ?? (candidate.usable ? null : 'ended');
  return {
    id: candidate.ref.id,
    kind: 'console_profile',
    label: organization === null ? name : `${name} (${organization})`,
    payer: payerOf('console_profile', sandbox),
    status: because === null ? statusOf(candidate) : 'reauthorization_required',
    expiresAt: profile.expiresAtMs === null ? null : instant(profile.expiresAtMs),
    cooldownUntil: because === null ? untilOf(candidate) : null,
    reason: problem ?? candidate.reason,
    nextStep:
      because === null ? (candidate.reason === null ? null : signIn) : explained(profile, because, signIn),
  };
}

/** There is no Console profile. */
export function noProfileView(signIn: string, sandbox: boolean): CredentialView {
  return {
    id: firstIdOf('console_profile'),
    kind: 'console_profile',
    label: 'Console profile',
    payer: payerOf('console_profile', sandbox),
    status: 'absent',
    expiresAt: null,
    cooldownUntil: null,
    reason: sandbox ? 'not_in_sandbox' : null,
    nextStep: sandbox ? errorTable.not_in_sandbox.nextStep : signIn,
  };
}

function explained(
  { credentialsPath }: ConsoleProfile,
  because: NonNullable<ConsoleProfile['problem']> | 'ended',
  signIn: string,
): string {
  switch (because) {
    case 'missing':
      return `Its credential file is not there. ${signIn}`;
    case 'unsafe':
      return `Others can read or write its credential file, so the SDK refuses it. Run: chmod 600 ${credentialsPath}`;
    case 'unreadable':
      return `Its files cannot be read. ${signIn}`;
    case 'ended':
      return `Its sign-in has ended and cannot be renewed. ${signIn}`;
  }
}

function statusOf(cooldown: CooldownPart): CredentialView['status'] {
  if (cooldown.cooldownUntilMs === null) return 'active';
  return cooldown.cooldownReason === 'usage_limit' ? 'cooling_down' : 'rejected';
}

function untilOf({ cooldownUntilMs }: CooldownPart): string | null {
  return cooldownUntilMs === null ? null : instant(cooldownUntilMs);
}

/** The name of an account beside the first one. */
function nameOf(id: string, first: string): string {
  const name = id.slice(id.indexOf(':') + 1);
  return name === 'default' ? first : `${first} (${name})`;
}
