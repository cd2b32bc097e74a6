import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { startUpstream } from '../../test/support/gateway/fake-upstream.ts';
import { createUpstreamDispatcher, type ProxyVariables } from './upstream-dispatcher.ts';

it('F52: a proxy is used for https only, never for loopback, nor where it is told not to', async () => {
  const asked: string[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    response.end();
  });
  proxy.on('connect', (incoming, socket) => {
    asked.push(incoming.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  onTestFinished(() => void proxy.close());
  const httpsProxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const upstream = await startUpstream((_seen, response) => void response.end());
  const tried = async (url: string, variables: ProxyVariables): Promise<number | null> => {
    const dispatcher = createUpstreamDispatcher(variables);
    onTestFinished(() => dispatcher.destroy());
    try {
      const { statusCode, body } = await request(url, { dispatcher });
      await body.dump();
      return statusCode;
    } catch {
      return null;
    }
  };

  expect(await tried('https://service.invalid/', { httpsProxy, noProxy: null })).toBeNull();
  expect(asked).toEqual(['service.invalid:443']);
  expect(await tried(upstream.url, { httpsProxy, noProxy: 'other.invalid' })).toBe(200);
  expect(await tried('https://127.0.0.1:9/', { httpsProxy, noProxy: null })).toBeNull();
  expect(await tried('https://service.invalid/', { httpsProxy, noProxy: 'service.invalid' })).toBeNull();
  expect(await tried('https://service.invalid/', { httpsProxy: null, noProxy: null })).toBeNull();
  expect(asked).toHaveLength(1);

  // Networks, as curl reads them: 203.0.113.0/24 and 2001:db8::/32 are for documentation, and answer nowhere.
  expect(
    await tried('https://203.0.113.7/', { httpsProxy, noProxy: '10.0.0.0/8, 203.0.112.0/24' }),
  ).toBeNull();
  expect(asked).toEqual(['service.invalid:443', '203.0.113.7:443']);
  const inside = ['127.0.0.0/8', 'x.invalid,127.0.0.2/32 10.0.0.0/8'];
  for (const noProxy of inside)
    expect(await tried('https://127.0.0.2:9/', { httpsProxy, noProxy })).toBeNull();
  expect(asked).toHaveLength(2);
  expect(await tried('https://127.0.0.2:9/', { httpsProxy, noProxy: '127.0.0.0/33' })).toBeNull();
  expect(asked).toHaveLength(3);
});
