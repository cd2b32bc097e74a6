import { createPosternClient, type Fetch, type PosternClient } from '@postern/client';
import type { TabMemory } from './session-storage.ts';

/** The part of the window that holds the address. */
export interface AddressBar {
  readonly location: Pick<Location, 'hash' | 'origin' | 'pathname'>;
  readonly history: Pick<History, 'replaceState'>;
}

/** What a window was opened with. */
export interface Opening {
  readonly ticket: string;
  /** The folder of `postern open <dir>`; null: none was named. */
  readonly workspace: string | null;
}

/** Takes the one-time ticket out of the address, at once, so that it is in no history; null where there is none. */
export function takeOpening(bar: AddressBar): Opening | null {
  if (!bar.location.hash.startsWith('#ticket=')) return null;
  const given = new URLSearchParams(bar.location.hash.slice(1).replaceAll('+', '%2B'));
  const ticket = given.get('ticket');
  if (ticket === null || ticket === '') return null;
  bar.history.replaceState(null, '', `${bar.location.pathname}#/ask`);
  return { ticket, workspace: given.get('workspace') };
}

/**
 * A client with the token of this tab: swapped for a ticket where there is one, else the one the tab remembers.
 * @throws PosternError `unauthorized` where the ticket was used or too old, and the tab has no token either
 */
export async function startSession(
  origin: string,
  ticket: string | null,
  memory: TabMemory,
  send?: Fetch,
): Promise<PosternClient> {
  const over = { baseUrl: origin, ...(send === undefined ? {} : { fetch: send }) };
  if (ticket !== null) {
    try {
      const { token } = await createPosternClient({ ...over, token: null }).session(ticket);
      memory.keepToken(token);
    } catch (thrown) {
      // A ticket in a restored tab is old; the token from before it may still be good.
      if (memory.token() === null) throw thrown;
    }
  }
  return createPosternClient({ ...over, token: memory.token() });
}
