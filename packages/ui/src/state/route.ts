/** Where the user is. The UI is one document: its places are in the fragment. */
export type Route =
  | { readonly place: 'ask'; readonly conversationId: string | null }
  | { readonly place: 'usage' }
  | { readonly place: 'settings' };

/** Reads a fragment such as `#/ask/<id>`; anything unknown is the place to ask. */
export function parseRoute(fragment: string): Route {
  const [place, rest] = fragment.replace(/^#\/?/, '').split('/', 2);
  if (place === 'usage' || place === 'settings') return { place };
  const conversationId = place === 'ask' && rest !== undefined && rest !== '' ? safeDecode(rest) : null;
  return { place: 'ask', conversationId };
}

/** The fragment of a place; the reverse of `parseRoute`. */
export function routeFragment(route: Route): string {
  if (route.place !== 'ask') return `#/${route.place}`;
  return route.conversationId === null ? '#/ask' : `#/ask/${encodeURIComponent(route.conversationId)}`;
}

function safeDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
