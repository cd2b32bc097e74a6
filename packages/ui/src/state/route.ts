/** The places of Settings, in the order they are listed; the first is where Settings opens. */
export const settingsPlaces = ['accounts', 'paying', 'agent', 'workspaces', 'window', 'privacy'] as const;

/** One place of Settings. */
export type SettingsPlace = (typeof settingsPlaces)[number];

/** Where the user is. The UI is one document: its places are in the fragment. */
export type Route =
  | { readonly place: 'ask'; readonly conversationId: string | null }
  | { readonly place: 'usage' }
  | { readonly place: 'settings'; readonly at: SettingsPlace };

/** Reads a fragment such as `#/ask/<id>` or `#/settings/paying`; anything unknown is the place to ask, or the first of Settings. */
export function parseRoute(fragment: string): Route {
  const [place, rest] = fragment.replace(/^#\/?/, '').split('/', 2);
  if (place === 'usage') return { place };
  if (place === 'settings') return { place, at: settingsPlaces.find((each) => each === rest) ?? 'accounts' };
  const conversationId = place === 'ask' && rest !== undefined && rest !== '' ? safeDecode(rest) : null;
  return { place: 'ask', conversationId };
}

/** The fragment of a place; the reverse of `parseRoute`. */
export function routeFragment(route: Route): string {
  if (route.place === 'settings') return `#/settings/${route.at}`;
  if (route.place === 'usage') return '#/usage';
  return route.conversationId === null ? '#/ask' : `#/ask/${encodeURIComponent(route.conversationId)}`;
}

function safeDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
