import type { ClaudeCodeStatus, CredentialKind, ErrorCode } from '@postern/contract';
import { type Clock, type ConversationHome, type DelegatedRun, payerOf } from '../credentials/index.ts';
import type { ClaudeCodeHomes } from './claude-code-homes.ts';
import { type ConsoleProfile, hasEnded, listConsoleProfiles } from './console-profiles.ts';
import type { ClaudeCodeAccount } from './create-claude-code-account.ts';
import type { ClaudeCodeAccounts } from './create-claude-code-accounts.ts';

/** A sign-in that another program holds, by what is known of it without using it. */
export interface DelegatedSignIn {
  readonly id: string;
  readonly kind: CredentialKind;
  /** Another one after a new sign-in: what was remembered of the one before is void then. */
  readonly fingerprint: string;
  /** Why it cannot be used; null where it can be tried. */
  readonly fault: ErrorCode | null;
}

/** Sign-ins that other programs hold: Postern observes them, runs the program with them, and never sees their tokens. */
export interface DelegatedSignIns {
  /** Brings what is known up to date as far as that is quick; the very first look is waited for. */
  refresh(): Promise<void>;
  /** By the last look. */
  all(): readonly DelegatedSignIn[];
  /** How the program is run with one; null where there is none of that id. */
  runOf(id: string): DelegatedRun | null;
  /** The folder of one that has its own. */
  homeOf(id: string): ConversationHome | null;
  /** The program said when a login ends (Unix ms). */
  noteLoginEnd(id: string, atMs: number): void;
  /** Which of them are there at all, with logins as they were last seen. */
  present(): Promise<{ readonly claudeCode: boolean; readonly consoleProfile: boolean }>;
  /** Every Claude Code account as the program last reported it; where that is old it is asked again, and a change is reported. */
  accounts(): Promise<readonly { readonly signIn: DelegatedSignIn; readonly status: ClaudeCodeStatus }[]>;
  /** Every Console profile, looked at again. */
  profiles(): Promise<readonly { readonly signIn: DelegatedSignIn; readonly profile: ConsoleProfile }[]>;
}

export interface DelegatedSignInsDeps {
  readonly claudeCode: Pick<ClaudeCodeAccounts, 'all'>;
  readonly homes: ClaudeCodeHomes;
  /** The official SDK's folder; null where there is none to look at. */
  readonly consoleConfigDir: string | null;
  /** In the sandbox no real account is looked at. */
  readonly sandbox: boolean;
  readonly clock: Clock;
}

/** Looks at Claude Code logins and Console profiles. */
export function createDelegatedSignIns(deps: DelegatedSignInsDeps): DelegatedSignIns {
  const { clock, homes, sandbox } = deps;
  let profiles: readonly ConsoleProfile[] = [];

  async function lookAtProfiles(): Promise<readonly ConsoleProfile[]> {
    if (!sandbox && deps.consoleConfigDir !== null)
      profiles = await listConsoleProfiles(deps.consoleConfigDir);
    return profiles;
  }

  function ofAccount(account: ClaudeCodeAccount): DelegatedSignIn {
    const login = account.known();
    const endsAtMs = account.loginEndsAtMs();
    const hasItEnded = endsAtMs !== null && endsAtMs <= clock();
    return {
      id: account.home.id,
      kind: 'claude_code',
      // A new login has another end, or is another user's.
      fingerprint: `${login?.email ?? ''} ${login?.loginEndsAtMs ?? ''}`,
      fault: login?.signedIn !== true ? 'not_signed_in' : hasItEnded ? 'reauthorization_required' : null,
    };
  }

  function ofProfile(profile: ConsoleProfile): DelegatedSignIn {
    const isBroken = profile.problem !== null || hasEnded(profile, clock());
    return {
      id: profileId(profile),
      kind: 'console_profile',
      // A new sign-in, and a renewal, bring another end.
      fingerprint: `${profile.email ?? ''} ${profile.expiresAtMs ?? ''}`,
      fault: isBroken ? 'reauthorization_required' : null,
    };
  }

  const accountOf = (id: string): ClaudeCodeAccount | undefined =>
    deps.claudeCode.all().find(({ home }) => home.id === id);

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
      const accounts = deps.claudeCode.all();
      // What was chosen is read before every conversation: a look runs a program for half a second.
      const [found] = await Promise.all([lookAtProfiles(), ...accounts.map((account) => account.refresh())]);
      return {
        claudeCode: accounts.some((account) => account.known()?.signedIn === true),
        consoleProfile: found.some((profile) => profile.problem === null),
      };
    },
    async refresh() {
      if (sandbox) return;
      await Promise.all([...deps.claudeCode.all().map((account) => account.refresh()), lookAtProfiles()]);
    },
    all: () => [...deps.claudeCode.all().map(ofAccount), ...profiles.map(ofProfile)],
    runOf(id) {
      const profile = profiles.find((each) => profileId(each) === id);
      if (profile !== undefined && deps.consoleConfigDir !== null)
        return profileRun(profile, deps.consoleConfigDir);
      const account = accountOf(id);
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
    noteLoginEnd: (id, atMs) => accountOf(id)?.noteLoginEnd(atMs),
    accounts: async () =>
      await Promise.all(
        deps.claudeCode.all().map(async (account) => {
          const status = await account.seenStatus();
          return { signIn: ofAccount(account), status };
        }),
      ),
    profiles: async () =>
      (await lookAtProfiles()).map((profile) => ({ signIn: ofProfile(profile), profile })),
  };
}

function profileId({ name }: ConsoleProfile): string {
  return `console_profile:${name}`;
}
