import { randomUUID, type UUID } from 'node:crypto';

/** What the ids of one query's prompt have in common: the first three groups. */
const shared = 18;

/**
 * An id for one sending of a query's prompt. The program keeps it in the session, where it tells a prompt that was sent again under
 * another credential from one that the user sent twice. Source: RFC 9562, section 5.8 (version 8: ours to lay out).
 */
export function promptId(queryId: string): UUID {
  const own = randomUUID();
  return `${queryId.slice(0, 14)}8${queryId.slice(15, shared)}${own.slice(shared)}` as UUID;
}

/** What two sendings of one prompt have in common; null for an id that is not ours. */
export function promptOf(id: string): string | null {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8/.test(id) ? id.slice(0, shared) : null;
}
