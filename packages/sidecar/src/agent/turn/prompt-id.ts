import { randomUUID, type UUID } from 'node:crypto';
import { sharedPromptId } from '@postern/contract';

/**
 * An id for one sending of a query's prompt. The program keeps it in the session, where it tells a prompt that was sent again under
 * another credential from one that the user sent twice. Source: RFC 9562, section 5.8 (version 8: ours to lay out).
 */
export function promptId(queryId: string): UUID {
  const shared = sharedPromptId(queryId) ?? '';
  return `${shared}${randomUUID().slice(shared.length)}` as UUID;
}

/** What two sendings of one prompt have in common; null for an id that is not ours. */
export function promptOf(id: string): string | null {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8/.test(id) ? sharedPromptId(id) : null;
}
