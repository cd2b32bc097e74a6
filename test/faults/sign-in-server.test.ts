import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { approveOverHttp } from '@postern/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from '../end-to-end/harness/processes.ts';
import { approved, asked, begin, follow, openWorld, statusOf, type World } from './harness/open-world.ts';

const fiveMinutesMs = 5 * 60_000;

let world: World;
let taken: Server[] = [];
beforeAll(async () => {
  // A path of its own: its listener lives only while a sign-in waits.
  world = await openWorld({
    variables: () => ({ POSTERN_OAUTH_REDIRECT_URI: 'http://localhost:{port}/callback' }),
  });
});
afterEach(() => {
  for (const server of taken) server.close();
  taken = [];
});
afterAll(() => world.close());

/** Takes a port as somebody else's program would; 0 is one by the OS. */
async function take(host: '127.0.0.1' | '::1', port: number): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  taken.push(server);
  return (server.address() as AddressInfo).port;
}

async function isListening(url: URL): Promise<boolean> {
  try {
    await fetch(new URL('/', url));
    return true;
  } catch {
    return false;
  }
}

describe('metadata that is not to be trusted', () => {
  it.each([
    ['F09', { kind: 'javascript_endpoint' }],
    ['F09', { kind: 'file_endpoint' }],
    ['F09', { kind: 'http_endpoint' }],
    ['F09', { kind: 'userinfo_endpoint' }],
    ['F09', { kind: 'dash_endpoint' }],
    ['F09', { kind: 'foreign_endpoint' }],
    ['F10', { kind: 'issuer_mismatch' }],
    ['F10', { kind: 'no_s256' }],
    ['F10', { kind: 'redirect' }],
    ['F10', { kind: 'oversize' }],
    ['F10', { kind: 'html' }],
    ['F10', { kind: 'not_json' }],
  ])('%s %j begins nothing, and spawns nothing', async (_number, fault) => {
    // At both well-known addresses: what one of them says wrong, the other may say right.
    await world.trouble.post('faults', { on: 'metadata', ...fault, times: 2 });
    const { status, body } = await world.sidecar().call('GET', '/auth/anthropic/start');
    expect([status, body['code']]).toEqual([502, 'metadata_rejected']);
    expect((await statusOf(world.sidecar())).state).toBe('signed_out');
    expect(processesOf(world.root).map(({ pid }) => pid)).toEqual([world.sidecar().pid]);
    // Where a redirect pointed, nobody went.
    expect(await asked(world, 'redirect_target')).toBe(0);
    await world.trouble.post('faults', { on: 'metadata', kind: 'clear' });
  });

  it('F10 of a server that is not there is another word, and may work later', async () => {
    await world.trouble.post('faults', { on: 'metadata', kind: 'status', status: 503, times: 2 });
    const { status, body } = await world.sidecar().call('GET', '/auth/anthropic/start');
    expect([status, body['code'], body['retryable']]).toEqual([502, 'metadata_unavailable', true]);
  });
});

describe('a sign-in that takes longer than five minutes', () => {
  it('F07 is over: its code is not sent, its listener is closed', async () => {
    const redirect = await approved(world.sidecar());
    const before = await asked(world, 'token:authorization_code');
    expect(await isListening(redirect)).toBe(true);
    await world.sidecar().setClock(fiveMinutesMs);
    expect((await follow(redirect)).status).toBe(400);
    expect(await statusOf(world.sidecar())).toMatchObject({
      state: 'signed_out',
      lastError: 'sign_in_expired',
    });
    expect(await isListening(redirect)).toBe(false);
    expect(await asked(world, 'token:authorization_code')).toBe(before);
    await world.sidecar().setClock(0);
  });
});

describe('the port of a redirect', () => {
  it('F12 by the OS just works, by address and by number, and a code pasted from elsewhere as well', async () => {
    const redirect = await approved(world.sidecar());
    expect(redirect.hostname).toBe('localhost');
    expect((await follow(redirect)).status).toBe(200);
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');

    const { searchParams } = new URL(await approveOverHttp(await begin(world.sidecar())));
    const pasted = ` ${searchParams.get('code')}#${searchParams.get('state')}\n`;
    const { status, body } = await world.sidecar().call('POST', '/auth/anthropic/callback', { pasted });
    expect([status, body['state']]).toEqual([200, 'signed_in']);
    expect(await isListening(redirect)).toBe(false);
  });

  it.each(['127.0.0.1', '::1'] as const)(
    'F12 that is taken on %s alone is said, with what to do',
    async (host) => {
      const port = await take(host, 0);
      const variables = { POSTERN_OAUTH_REDIRECT_URI: `http://localhost:${port}/callback` };
      await world.sidecar().stop();
      const sidecar = await world.restart({ variables });
      const busy = await sidecar.call('GET', '/auth/anthropic/start');
      expect([busy.status, busy.body['code']]).toEqual([409, 'callback_port_busy']);
      expect(busy.text).toMatch(/paste|other program/i);
      expect((await statusOf(sidecar)).state).toBe('signed_out');
      const [other] = taken;
      other?.close();
      await expect.poll(async () => (await sidecar.call('GET', '/auth/anthropic/start')).status).toBe(200);
    },
  );
});
