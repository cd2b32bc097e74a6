import type { CredentialRef } from '@postern/contract';
import type { Facts } from '../state/facts.ts';

/**
 * What the next query begins with, as far as the sidecar has said: what was chosen for its folder where that can be used, else what
 * would pay anywhere. Null where nothing would. `workspace` is empty for a conversation's own folder.
 */
export function nextCredential(facts: Facts, workspace: string): CredentialRef | null {
  const active = facts.status?.activeCredential ?? null;
  const byFolder = facts.settings?.workspaceCredential ?? {};
  const chosenId = Object.hasOwn(byFolder, workspace) ? byFolder[workspace] : undefined;
  if (active === null || chosenId === undefined) return active;
  return facts.credentials?.find(({ id, status }) => id === chosenId && status === 'active') ?? active;
}

/** Whether there is more than one that could be meant: with a single one, there is nothing to distinguish. */
export function hasSeveral({ credentials }: Facts): boolean {
  const there = (credentials ?? []).filter(
    ({ status }) => status !== 'absent' && status !== 'not_configured',
  );
  return there.length > 1;
}
