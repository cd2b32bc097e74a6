/** The edges of the protocol that an operator configures, or that a login brings with it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, openWorld, signIn, statusOf, type World } from './harness/open-world.ts';

const day = 24 * 3_600_000;
const beta = 'oauth-2025-04-20';

let world: World;
let relay: Server;
/** Grant type, media type and beta header of every token request, as they came over the wire. */
const seen: (readonly [grant: string, type: string | undefined, beta: unknown])[] = [];
beforeAll(async () => {
  relay = createServer((request, response) => void pass(request, response));
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const { port } = relay.address() as AddressInfo;
  world = await openWorld({
    variables: () => ({
      POSTERN_OAUTH_TOKEN_ENDPOINT: `http://127.0.0.1:${port}/token`,
      POSTERN_OAUTH_TOKEN_BODY: 'json',
      POSTERN_OAUTH_TOKEN_HEADERS: JSON.stringify({ 'anthropic-beta': beta }),
    }),
  });
});
afterAll(async () => {
  await world.close();
  relay.close();
});

/** Notes a token request and hands it on to the sandbox. */
async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const type = request.headers['content-type'];
  const grant = body.startsWith('{')
    ? String((JSON.parse(body) as Record<string, unknown>)['grant_type'])
    : (new URLSearchParams(body).get('grant_type') ?? '');
  seen.push([grant, type?.split(';')[0], request.headers['anthropic-beta']]);
  const metadata = await fetch(`${world.sandbox.issuer}/.well-known/oauth-authorization-server`);
  const { token_endpoint: endpoint } = (await metadata.json()) as { readonly token_endpoint: string };
  const answer = await fetch(endpoint, { method: 'POST', headers: { 'content-type': type ?? '' }, body });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
}

it('refreshes in JSON, the code goes as a form, both with the operator’s headers', async () => {
  await signIn(world.sidecar());
  expect((await world.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
  expect(seen).toEqual([
    ['authorization_code', 'application/x-www-form-urlencoded', beta],
    ['refresh_token', 'application/json', beta],
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
