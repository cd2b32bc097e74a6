import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdRefusingPort } from '../../packages/sidecar/test/support/http/refusing-port.ts';
import { selfSigned } from '../../packages/sidecar/test/support/oauth/self-signed.ts';
import { isServed, openWorld, refreshesSent, signIn, statusOf, type World } from './harness/open-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ store: 'passphrase_file' });
  await signIn(world.sidecar());
});
afterAll(() => world.close());

it('F20 a token endpoint that cannot be connected to, or whose certificate nobody vouches for, costs nothing', async () => {
  await using refusing = await holdRefusingPort();
  let bytes = 0;
  const impostor = createTlsServer(selfSigned(), (socket) => {
    socket.on('data', (data) => {
      bytes += data.length;
    });
  });
  impostor.on('tlsClientError', () => undefined);
  impostor.listen(0, '127.0.0.1');
  await once(impostor, 'listening');
  const secure = (impostor.address() as AddressInfo).port;

  for (const endpoint of [`http://127.0.0.1:${refusing.port}/token`, `https://127.0.0.1:${secure}/token`]) {
    await world.sidecar().stop();
    const sidecar = await world.restart({ variables: { POSTERN_OAUTH_TOKEN_ENDPOINT: endpoint } });
    const { status, body } = await sidecar.call('POST', '/auth/anthropic/refresh');
    expect([endpoint, status, body['code']]).toEqual([endpoint, 503, 'refresh_unavailable']);
    expect(await isServed(world)).toBe(true);
    // Two hours on: the access token has ended, and still no person is needed.
    await sidecar.setClock(2 * 3_600_000);
    expect(await isServed(world)).toBe(false);
    expect((await statusOf(sidecar)).state).toBe('refresh_failing');
  }
  expect(bytes).toBe(0);
  expect(await refreshesSent(world)).toEqual([]);
  impostor.close();

  await world.sidecar().stop();
  const sidecar = await world.restart();
  expect((await sidecar.call('POST', '/auth/anthropic/refresh')).status).toBe(200);
  expect(await refreshesSent(world)).toEqual([1]);
});
