/** The edges of the protocol that an operator configures, or that a login brings with it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, openWorld, signIn, statusOf, type World } from './harness/open-world.ts';

const day = 24 * 3_600_000;
const beta = 'oauth-2025-04-20';

let world: World;
beforeAll(async () => {
  world = await openWorld({
    variables: () => ({
      POSTERN_OAUTH_TOKEN_BODY: 'json',
      POSTERN_OAUTH_TOKEN_HEADERS: JSON.stringify({ 'anthropic-beta': beta }),
    }),
  });
});
afterAll(() => world.close());

it('refreshes in JSON with the operator’s headers; the code goes as a form', async () => {
  await signIn(world.sidecar());
  expect((await world.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
  const { log } = await world.trouble.requests();
  const tokenRequests = log.filter(({ endpoint }) => endpoint.startsWith('token:')).toReversed();
  expect(tokenRequests.map(({ endpoint, outcome, beta: values }) => [endpoint, outcome, values])).toEqual([
    ['token:authorization_code', 'ok', [beta]],
    ['token:refresh_token', 'ok', [beta]],
  ]);
});

it('takes a callback that a second process forwards, and says what is wrong with one', async () => {
  const redirect = await approved(world.sidecar());
  const [code, state, iss] = ['code', 'state', 'iss'].map((name) => redirect.searchParams.get(name));
  const forward = (body: unknown) => world.sidecar().call('POST', '/auth/anthropic/callback', body);
  for (const [wrong, problem] of [
    [{ code, state: 'wrong', iss }, 'state_mismatch'],
    [{ code: 'x', state: 'wrong' }, 'state_mismatch'],
  ] as const)
    expect((await forward(wrong)).body['code']).toBe(problem);
  expect((await forward({ code, state, iss })).body['state']).toBe('signed_in');
  expect((await forward({ code, state, iss })).body['code']).toBe('no_sign_in_pending');
});

it('says days ahead that the login itself will end, which refreshing does not move', async () => {
  const soon = async () => (await world.sidecar().call('GET', '/auth/anthropic/status')).body['expiresSoon'];
  expect(await soon()).toBe(false);
  await world.sidecar().setClock(26 * day);
  expect(await soon()).toBe(false);
  await world.sidecar().setClock(27.5 * day);
  expect(await soon()).toBe(true);
  await world.sidecar().setClock(0);
  expect((await world.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
  await world.sidecar().setClock(27.5 * day);
  expect(await soon()).toBe(true);
  expect((await statusOf(world.sidecar())).state).not.toBe('signed_out');
});
