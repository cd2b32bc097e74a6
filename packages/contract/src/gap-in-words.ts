import type { GapReason } from './conversation.ts';

/** A sentence for a place in a conversation where something that was said cannot be shown. */
export function gapInWords(reason: GapReason): string {
  const cause =
    reason === 'damaged'
      ? 'part of this conversation’s file is damaged and cannot be read'
      : 'it was not saved, or it is no longer in this conversation’s file';
  return `Something that was said here is missing: ${cause}. The agent may not know what stands above.`;
}
