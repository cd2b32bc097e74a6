import type { ConversationSummary, Receipt, Settings } from '@postern/contract';
import { shownThread, type Threads } from '../state/threads.ts';
import { isMadeByPostern } from '../state/workspace-name.ts';

/** The user's own workspaces used before, the chosen one first; a folder that Postern made serves one conversation only. */
export function workspacesUsed(
  history: readonly ConversationSummary[],
  settings: Settings | null,
): readonly string[] {
  const used = distinct([settings?.workspace, ...history.map((each) => each.workspace)]);
  return used.filter((each) => !isMadeByPostern(each));
}

/** Models used before, the chosen one first. */
export function modelsUsed(receipts: readonly Receipt[], settings: Settings | null): readonly string[] {
  return distinct([settings?.model, ...receipts.map((each) => each.model)]);
}

/** What was asked in this window, newest first; the shown conversation before the others. */
export function promptsAsked(threads: Threads): readonly string[] {
  const shown = shownThread(threads);
  const others = Object.values(threads.byKey).filter((each) => each.key !== shown.key);
  const items = [...others, shown].flatMap((thread) => thread.items);
  return distinct(items.flatMap((item) => (item.type === 'user' ? [item.text] : [])).reverse());
}

function distinct(values: readonly (string | null | undefined)[]): readonly string[] {
  return [
    ...new Set(values.filter((each) => each !== null && each !== undefined && each !== '')),
  ] as string[];
}
