import { realpath } from 'node:fs/promises';
import type { QueryRequest } from '@postern/contract';
import type { Candidate, ConversationHome, DelegatedCredentials } from '../credentials/index.ts';
import type { QueryScope } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import { gatewayProfile, type LaunchProfile } from './child/index.ts';

/** The folder a conversation has begun in, Postern's own where it is null; null where it has not begun. */
export type BegunIn = { readonly home: ConversationHome | null } | null;

/** Where no other program holds a sign-in. */
export const nothingDelegated: DelegatedCredentials = {
  refresh: async () => undefined,
  candidates: () => [],
  runOf: () => null,
  homeOf: () => null,
  note: () => undefined,
};

/** The launch profile with which a credential serves a conversation: one that has begun stays in its folder, under any credential. */
export function profileOf(
  delegated: Pick<DelegatedCredentials, 'runOf'>,
  credentialId: string,
  begunIn: BegunIn,
): LaunchProfile {
  const signIn = delegated.runOf(credentialId);
  if (begunIn !== null) return { home: begunIn.home, signIn };
  return signIn === null ? gatewayProfile : { home: signIn.home, signIn };
}

/**
 * Which credentials a query may use. A sign-in with a folder of its own goes on only with conversations that began there: a
 * conversation cannot move to another folder. Source: program 2.1.330, "No conversation found" on `resume`, measured. Where a plan's window
 * names a model, only that model is on hold.
 */
export function queryScope(
  delegated: DelegatedCredentials,
  first: string | null,
  begunIn: () => BegunIn,
  model: string | null,
): QueryScope {
  const isElsewhere = (candidate: Candidate): boolean => {
    const begun = begunIn();
    const home = delegated.homeOf(candidate.ref.id);
    return begun !== null && home !== null && home.id !== begun.home?.id;
  };
  return {
    first,
    delegated: () =>
      delegated
        .candidates(model)
        .map((candidate) =>
          candidate.usable && isElsewhere(candidate)
            ? { ...candidate, usable: false, reason: 'conversation_elsewhere' }
            : candidate,
        ),
  };
}

const onLimits = { wait: 'wait', fallback: 'allow', stop: 'never' } as const;

/** What a request says of money for itself alone; none of it where it says nothing. */
export function policyOf({ capUsd, onLimit }: QueryRequest): Pick<QueryScope, 'policy'> {
  const policy = {
    ...(capUsd === undefined ? {} : { capUsdPerTurn: capUsd }),
    ...(onLimit === undefined ? {} : { onUsageLimit: onLimits[onLimit] }),
  };
  return Object.keys(policy).length === 0 ? {} : { policy };
}

/** The credential that the user chose for a workspace, given by its real path; under whichever name they chose it. */
export async function firstCredential(
  settings: Pick<SettingsStore, 'read'>,
  workspace: string | null,
): Promise<string | null> {
  const byPath = settings.read().workspaceCredential ?? {};
  if (workspace === null) return null;
  if (Object.hasOwn(byPath, workspace)) return byPath[workspace] ?? null;
  for (const [path, credentialId] of Object.entries(byPath)) {
    if ((await realpath(path).catch(() => null)) === workspace) return credentialId;
  }
  return null;
}
