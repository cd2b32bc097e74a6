import { defaultSettings } from '@postern/contract';
import { expect, it } from 'vitest';
import { absentSignIn, type SignIn } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { createFirstSignIn } from './first-sign-in.ts';

const there: SignIn = {
  ...absentSignIn(1),
  status: 'active',
  tokens: {
    ...{ accessToken: new Secret('a'), refreshToken: null, tokenType: 'bearer', scopes: [] },
    ...{ issuedAtMs: 0, expiresAtMs: 1, loginEndsAtMs: null },
  },
};
const signedOut = absentSignIn(2);

const cases: readonly (readonly [string, Readonly<Record<string, SignIn>>, readonly string[], string])[] = [
  ['none', {}, [], 'oauth:default'],
  ['the oldest', { 'oauth:default': there, 'oauth:work': there }, [], 'oauth:default'],
  ['the one that is signed in', { 'oauth:default': signedOut, 'oauth:work': there }, [], 'oauth:work'],
  [
    'the first in the user’s order',
    { 'oauth:default': there, 'oauth:work': there },
    ['oauth:work'],
    'oauth:work',
  ],
  [
    'the first in that order that is signed in',
    { 'oauth:default': there, 'oauth:work': signedOut },
    ['oauth:work'],
    'oauth:default',
  ],
  ['a record where nobody is signed in', { 'oauth:work': signedOut }, [], 'oauth:work'],
];

it.each(cases)('the first sign-in is %s', async (_name, records, order, expected) => {
  const first = createFirstSignIn({
    store: { signIns: { ids: () => Object.keys(records) } },
    accessTokens: { current: async (id) => records[id] ?? absentSignIn(0) },
    settings: { read: () => ({ ...defaultSettings, accounts: order.map((id) => ({ id, label: id })) }) },
  });
  expect(await first()).toBe(expected);
});
