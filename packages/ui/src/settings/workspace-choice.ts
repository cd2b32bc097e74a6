import type { Settings } from '@postern/contract';

/** So many without a choice of their own are shown at once. */
const shownAtOnce = 5;

/** The workspaces to choose for: those with a choice, the default one and the latest; the rest can be unfolded. */
export function workspacesListed(
  settings: Pick<Settings, 'workspace' | 'workspaceCredential'>,
  used: readonly string[],
): { readonly shown: readonly string[]; readonly more: readonly string[] } {
  const withChoice = Object.keys(settings.workspaceCredential ?? {});
  const others = used.filter((each) => !withChoice.includes(each));
  return {
    shown: [...withChoice, ...others.slice(0, shownAtOnce)],
    more: others.slice(shownAtOnce),
  };
}

/** The choices with one workspace's changed; null: as in the order. */
export function chosenFor(
  { workspaceCredential = {} }: Pick<Settings, 'workspaceCredential'>,
  workspace: string,
  id: string | null,
): Record<string, string> {
  const { [workspace]: _, ...others } = workspaceCredential;
  return id === null ? others : { ...workspaceCredential, [workspace]: id };
}
