import type { GapReason } from './conversation.ts';

const damaged = 'part of this conversation’s file is damaged and cannot be read';
const missing = 'it was not saved, or it is no longer in this conversation’s file';

/** A sentence for an answer of which the program kept less than was shown (`kept: false`). */
export const notKeptInWords =
  'What came of the answer is not in the history, and the model does not know of it.';

/** A sentence for events that were dropped from the log of a running turn (`events_skipped`). */
export const skippedInWords =
  'Part of what happened here is not shown: this turn is too long to be followed from its beginning.';

/** A sentence for a place in a conversation where something that was said cannot be shown. */
export function gapInWords(reason: GapReason): string {
  if (reason === 'unfinished')
    return 'This answer broke off before its end was saved. Anything more that was shown of it is missing here, and the model does not know of it.';
  const cause = reason === 'damaged' ? damaged : missing;
  return `Something that was said here is missing: ${cause}. The agent may not know what stands above.`;
}
