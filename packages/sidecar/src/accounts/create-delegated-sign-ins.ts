import type { CredentialView, ErrorCode } from '@postern/contract';
import { type Candidate, type Clock, type DelegatedRun, instant, payerOf } from '../credentials/index.ts';
import type { ClaudeCodeHomes } from './claude-code-homes.ts';
import { type ConsoleProfile, hasEnded, listConsoleProfiles } from './console-profiles.ts';
import type { ClaudeCodeAccount } from './create-claude-code-account.ts';
import type { ClaudeCodeAccounts } from './create-claude-code-accounts.ts';
import type { DelegatedOutcomes, DelegatedSubject } from './delegated-outcomes.ts';
import type { DelegatedSignIns } from './delegated-sign-ins.ts';
import { claudeCodeView, consoleSignIn, noProfileView, profileView } from './delegated-views.ts';

export interface DelegatedSignInsDeps {
  readonly claudeCode: Pick<ClaudeCodeAccounts, 'all'>;
  readonly homes: ClaudeCodeHomes;
  readonly outcomes: DelegatedOutcomes;
  /** The official SDK's folder; null where there is none to look at. */
  readonly consoleConfigDir: string | null;
  /** Whether the Console's own program is installed: only then its command is of use. */
  readonly hasAnt: () => Promise<boolean>;
  /** In the sandbox no real account is looked at. */
  readonly sandbox: boolean;
  readonly clock: Clock;
}

/** Sign-ins that another program holds, as candidates, as runs, and as a person sees them. */
export function createDelegatedSignIns(deps: DelegatedSignInsDeps): DelegatedSignIns {
  const { clock, homes, outcomes, sandbox } = deps;
  let profiles: readonly ConsoleProfile[] = [];

  async function lookAtProfiles(): Promise<readonly ConsoleProfile[]> {
    if (!sandbox && deps.consoleConfigDir !== null)
      profiles = await listConsoleProfiles(deps.consoleConfigDir);
    return profiles;
  }

  const candidate = (subject: DelegatedSubject, fault: ErrorCode | null): Candidate => {
    const { id, kind } = subject;
    const ref = { id, kind, payer: payerOf(kind, sandbox) };
    const cooldown = fault === null ? outcomes.cooldownOf(subject) : null;
    return {
      ref,
      usable: fault === null,
      reason: fault,
      cooldownUntilMs: null,
      cooldownReason: null,
      ...cooldown,
    };
  };

  function ofAccount(account: ClaudeCodeAccount): Candidate {
    const login = account.known();
    const endsAtMs = outcomes.loginEndOf(account.home.id) ?? login?.loginEndsAtMs ?? null;
    const hasItEnded = endsAtMs !== null && endsAtMs <= clock();
    const fault = login?.signedIn !== true ? 'not_signed_in' : hasItEnded ? 'reauthorization_required' : null;
    return candidate(subjectOfAccount(account), fault);
  }

  function ofProfile(profile: ConsoleProfile): Candidate {
    const isBroken = profile.problem !== null || hasEnded(profile, clock());
    return candidate(subjectOfProfile(profile), isBroken ? 'reauthorization_required' : null);
  }

  async function viewOfAccount(account: ClaudeCodeAccount): Promise<CredentialView> {
    const status = await account.status();
    const endsAtMs = outcomes.loginEndOf(account.home.id);
    const loginExpiresAt = endsAtMs === null ? status.loginExpiresAt : instant(endsAtMs);
    return claudeCodeView(ofAccount(account), { ...status, loginExpiresAt }, sandbox);
  }

  function subjectOf(id: string): DelegatedSubject | null {
    const account = deps.claudeCode.all().find(({ home }) => home.id === id);
    if (account !== undefined) return subjectOfAccount(account);
    const profile = profiles.find((each) => profileId(each) === id);
    return profile === undefined ? null : subjectOfProfile(profile);
  }

  function profileRun(profile: ConsoleProfile, configDir: string): DelegatedRun {
    const id = profileId(profile);
    return {
      ref: { id, kind: 'console_profile', payer: payerOf('console_profile', sandbox) },
      variables: { ANTHROPIC_PROFILE: profile.name, ANTHROPIC_CONFIG_DIR: configDir },
      home: null,
      keepAway: [profile.credentialsPath],
      email: null,
    };
  }

  return {
    async present() {
      const [statuses, found] = await Promise.all([
        Promise.all(deps.claudeCode.all().map((account) => account.status())),
        lookAtProfiles(),
      ]);
      return {
        claudeCode: statuses.some(({ state }) => state === 'signed_in'),
        consoleProfile: found.some((profile) => profile.problem === null),
      };
    },
    async refresh() {
      if (sandbox) return;
      await Promise.all([...deps.claudeCode.all().map((account) => account.refresh()), lookAtProfiles()]);
    },
    candidates: () => [...deps.claudeCode.all().map(ofAccount), ...profiles.map(ofProfile)],
    runOf(id) {
      const profile = profiles.find((each) => profileId(each) === id);
      if (profile !== undefined && deps.consoleConfigDir !== null)
        return profileRun(profile, deps.consoleConfigDir);
      const account = deps.claudeCode.all().find(({ home }) => home.id === id);
      if (account === undefined) return null;
      return {
        ref: { id, kind: 'claude_code', payer: payerOf('claude_code', sandbox) },
        // The login of its folder is found without a word of ours.
        variables: {},
        home: account.home,
        keepAway: [],
        email: account.known()?.email ?? null,
      };
    },
    homeOf: (id) => homes.homeOf(id),
    note(id, outcome) {
      const subject = subjectOf(id);
      if (subject !== null) outcomes.note(subject, outcome);
    },
    async views() {
      const [accounts, found, hasAnt] = await Promise.all([
        Promise.all(deps.claudeCode.all().map(viewOfAccount)),
        lookAtProfiles(),
        deps.hasAnt(),
      ]);
      if (found.length === 0) return [...accounts, noProfileView(consoleSignIn(hasAnt, null), sandbox)];
      return [
        ...accounts,
        ...found.map((profile) =>
          profileView(profile, ofProfile(profile), consoleSignIn(hasAnt, profile.name), sandbox),
        ),
      ];
    },
  };
}

function profileId({ name }: ConsoleProfile): string {
  return `console_profile:${name}`;
}

/** A new login has another end, or is another person's. */
function subjectOfAccount({ home, known }: ClaudeCodeAccount): DelegatedSubject {
  const login = known();
  return {
    id: home.id,
    kind: 'claude_code',
    fingerprint: `${login?.email ?? ''} ${login?.loginEndsAtMs ?? ''}`,
  };
}

/** A new sign-in, and a renewal, bring another end. */
function subjectOfProfile(profile: ConsoleProfile): DelegatedSubject {
  return {
    id: profileId(profile),
    kind: 'console_profile',
    fingerprint: `${profile.email ?? ''} ${profile.expiresAtMs ?? ''}`,
  };
}
