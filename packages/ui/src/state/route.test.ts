import { expect, it } from 'vitest';
import { parseRoute, type Route, routeFragment } from './route.ts';

const routes: readonly Route[] = [
  { place: 'ask', conversationId: null },
  { place: 'ask', conversationId: 'a b/c#d' },
  { place: 'usage' },
  { place: 'settings' },
];

it.each(routes)('comes back from the fragment of %j', (route) => {
  expect(parseRoute(routeFragment(route))).toEqual(route);
});

it.each(['', '#', '#/nowhere', '#/ask/%E0%A4%A', '#ticket=x'])(
  'takes %j for the place to ask',
  (fragment) => {
    expect(parseRoute(fragment)).toEqual({ place: 'ask', conversationId: null });
  },
);
