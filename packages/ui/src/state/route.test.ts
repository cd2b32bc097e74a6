import { expect, it } from 'vitest';
import { parseRoute, type Route, routeFragment, settingsPlaces } from './route.ts';

const routes: readonly Route[] = [
  { place: 'ask', conversationId: null },
  { place: 'ask', conversationId: 'a b/c#d' },
  { place: 'usage' },
  ...settingsPlaces.map((at) => ({ place: 'settings', at }) as const),
];

it.each(routes)('comes back from the fragment of %j', (route) => {
  expect(parseRoute(routeFragment(route))).toEqual(route);
});

it.each(['#/settings', '#/settings/', '#/settings/nowhere'])(
  'opens Settings at the accounts for %j',
  (fragment) => {
    expect(parseRoute(fragment)).toEqual({ place: 'settings', at: 'accounts' });
  },
);

it.each(['', '#', '#/nowhere', '#/ask/%E0%A4%A', '#ticket=x'])(
  'takes %j for the place to ask',
  (fragment) => {
    expect(parseRoute(fragment)).toEqual({ place: 'ask', conversationId: null });
  },
);
