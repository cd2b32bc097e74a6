/** Walking back through what was asked before: `at` is how far back, 0 is the draft. */
export interface PromptWalk {
  readonly at: number;
  /** The conversation in whose draft it walks. */
  readonly owner: string;
  /** What the last step put there. */
  readonly text: string;
  /** What was being typed when the walk began. */
  readonly draft: string;
}

/** At the draft. */
export const atDraft: PromptWalk = { at: 0, owner: '', text: '', draft: '' };

/** Where a walk is in this draft: at the draft itself where it is another conversation's, or says something else by now. */
export function walkIn(walk: PromptWalk, owner: string, typed: string): PromptWalk {
  return walk.owner === owner && walk.text === typed ? walk : { ...atDraft, owner };
}

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
  const text = at === 0 ? draft : (earlier[at - 1] ?? '');
  return { walk: { ...walk, at, draft, text }, text };
}
