/** What the ids of one query's prompt have in common: the first three groups. */
const shared = 18;

/**
 * What every sending of a prompt has in common, by the id of its query or of one sending (`promptId` of a history); null for what is no uuid. A
 * prompt that was sent again under another credential has another id there.
 */
export function sharedPromptId(id: string): string | null {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/.test(id)
    ? `${id.slice(0, 14)}8${id.slice(15, shared)}`
    : null;
}

/** Whether both name one prompt. */
export function isSamePrompt(a: string, b: string): boolean {
  return a === b || (sharedPromptId(a) !== null && sharedPromptId(a) === sharedPromptId(b));
}
