import { expect, it, onTestFinished } from 'vitest';
import { json, type StandIn, startStandIn } from '../../test/support/oauth/fake-server.ts';
import { discoverResource } from './protected-resource.ts';
import type { Fetch } from './send-once.ts';

const path = '/.well-known/oauth-protected-resource';

async function server(): Promise<StandIn> {
  const standIn = await startStandIn();
  onTestFinished(() => standIn[Symbol.asyncDispose]());
  return standIn;
}

function ask(address: string, named: string | null = null, through: Fetch = fetch) {
  const deps = { fetch: through, userAgent: 'postern', timeoutMs: 5_000, nowMs: 0 };
  return discoverResource(new URL(address), named === null ? null : new URL(named), deps);
}

/** A server elsewhere that answers each address with this document. */
const elsewhere =
  (document: unknown): Fetch =>
  async () =>
    Response.json(document);

it('reads the metadata where the server says they are, or at the well-known addresses, the nearer first', async () => {
  const standIn = await server();
  const url = `${standIn.origin}/tenants/1/mcp`;
  const document = {
    resource: url,
    authorization_servers: ['https://as.example.com/x'],
    scopes_supported: ['a', 7, 'b"'],
  };
  standIn.on('/named', json(document));
  const expected = { resource: url, issuer: 'https://as.example.com/x', scopes: ['a'] };
  expect(await ask(url, `${standIn.origin}/named`)).toEqual(expected);
  standIn.on(path, json({ ...document, resource: `${standIn.origin}/tenants` }));
  expect((await ask(url)).resource).toBe(`${standIn.origin}/tenants`);
  standIn.on(`${path}/tenants/1/mcp`, json(document));
  expect(await ask(url)).toEqual(expected);
});

it('takes the origin of a server without metadata for its authorization server', async () => {
  const standIn = await server();
  const { origin } = standIn;
  expect(await ask(`${origin}/mcp?key=1#x`)).toEqual({
    resource: `${origin}/mcp`,
    issuer: origin,
    scopes: [],
  });
  expect((await ask(origin)).resource).toBe(origin);
  // A page for every address is no metadata.
  standIn.on(path, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'));
  expect((await ask(origin)).issuer).toBe(origin);
});

it.each<[why: string, document: unknown]>([
  [
    'of another resource',
    { resource: 'https://other.example.com/mcp', authorization_servers: ['https://as.example.com'] },
  ],
  [
    'of a resource beside it',
    { resource: 'https://mcp.example.com/mc', authorization_servers: ['https://as.example.com'] },
  ],
  [
    'of a resource below it',
    { resource: 'https://mcp.example.com/mcp/x', authorization_servers: ['https://as.example.com'] },
  ],
  ['of no resource', { authorization_servers: ['https://as.example.com'] }],
  ['without an authorization server', { resource: 'https://mcp.example.com/mcp' }],
  [
    'with one that is not encrypted',
    { resource: 'https://mcp.example.com/mcp', authorization_servers: ['http://as.example.com'] },
  ],
  [
    'with one on this machine',
    {
      resource: 'https://mcp.example.com/mcp',
      authorization_servers: ['http://127.0.0.1:1/', 'https://localhost/'],
    },
  ],
  ['that are a list', []],
])('refuses metadata %s', async (_, document) => {
  await expect(ask('https://mcp.example.com/mcp', null, elsewhere(document))).rejects.toMatchObject({
    code: 'metadata_rejected',
  });
});

it('asks no other host for the metadata, and takes the next authorization server where one cannot be used', async () => {
  const standIn = await server();
  const named = `${standIn.origin}/named`;
  await expect(ask('https://mcp.example.com/mcp', named)).rejects.toMatchObject({
    code: 'metadata_rejected',
  });
  expect(standIn.received).toEqual([]);
  const servers = [
    'http://192.168.0.1/',
    'https://u:p@as.example.com',
    'https://as.example.com?x',
    'https://as.example.com',
  ];
  const document = { resource: 'https://mcp.example.com', authorization_servers: servers };
  expect((await ask('https://mcp.example.com/mcp', null, elsewhere(document))).issuer).toBe(
    'https://as.example.com',
  );
});

it('tells a server that has trouble from one without metadata', async () => {
  const standIn = await server();
  standIn.on(path, (response) => response.writeHead(503, { 'retry-after': '5' }).end());
  await expect(ask(standIn.origin)).rejects.toMatchObject({ code: 'metadata_unavailable', retryAtMs: 5_000 });
  await expect(ask(standIn.origin, `${standIn.origin}/gone`)).rejects.toMatchObject({
    code: 'metadata_rejected',
  });
});
