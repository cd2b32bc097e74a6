/** Walking back through what was asked before: `at` is how far back, 0 is the draft. */
export interface PromptWalk {
  readonly at: number;
  /** What was being typed when the walk began. */
  readonly draft: string;
}

/** At the draft. */
export const atDraft: PromptWalk = { at: 0, draft: '' };

/** One step back (`older`) or forward; null where there is nothing that way. `earlier` is newest first. */
export function walkPrompts(
  walk: PromptWalk,
  step: 'older' | 'newer',
  typed: string,
  earlier: readonly string[],
): { readonly walk: PromptWalk; readonly text: string } | null {
  const at = walk.at + (step === 'older' ? 1 : -1);
  if (at < 0 || at > earlier.length) return null;
  const draft = walk.at === 0 ? typed : walk.draft;
  return { walk: { at, draft }, text: at === 0 ? draft : (earlier[at - 1] ?? '') };
}
