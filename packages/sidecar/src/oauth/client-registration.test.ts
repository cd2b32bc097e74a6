import { expect, it, onTestFinished } from 'vitest';
import { json, metadataOf, type StandIn, startStandIn } from '../../test/support/oauth/fake-server.ts';
import { registerClient } from './client-registration.ts';
import { noOAuthServer } from './configuration.ts';
import { discoverMetadata, type ServerMetadata } from './server-metadata.ts';

const deps = { fetch, userAgent: 'postern', timeoutMs: 5_000, nowMs: 0 };
const redirectUri = 'http://127.0.0.1:4100/callback';

async function server(
  members: Record<string, unknown> = {},
): Promise<{ standIn: StandIn; read(): Promise<ServerMetadata> }> {
  const standIn = await startStandIn();
  onTestFinished(() => standIn[Symbol.asyncDispose]());
  const registration = { registration_endpoint: `${standIn.origin}/register` };
  const document = { ...metadataOf(standIn.origin), ...registration, ...members };
  standIn.on('/.well-known/oauth-authorization-server', json(document));
  const configuration = { ...noOAuthServer, namedBy: 'mcp_server' as const };
  return { standIn, read: () => discoverMetadata(configuration, standIn.origin, deps) };
}

it('registers a public client with its redirect URI, once', async () => {
  const { standIn, read } = await server();
  standIn.on('/register', json({ client_id: 'c1', token_endpoint_auth_method: 'none' }));
  expect(await registerClient(await read(), { redirectUri, scopes: ['a', 'b'] }, deps)).toBe('c1');
  expect(standIn.at('/register').map(({ body }) => JSON.parse(body))).toEqual([
    {
      client_name: 'Postern',
      application_type: 'native',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'a b',
    },
  ]);
});

it.each<[why: string, answer: Parameters<StandIn['on']>[1], code: string]>([
  ['refuses', (response) => response.writeHead(403).end(), 'server_unsupported'],
  ['redirects', (response) => response.writeHead(307, { location: '/token' }).end(), 'server_unsupported'],
  ['answers with no client', json({ client: 1 }), 'server_unsupported'],
  ['answers with no JSON', (response) => response.writeHead(201).end('<p>'), 'server_unsupported'],
  [
    'wants a secret',
    json({ client_id: 'c', client_secret: 's', client_secret_expires_at: 0 }),
    'server_unsupported',
  ],
  [
    'wants a method',
    json({ client_id: 'c', token_endpoint_auth_method: 'private_key_jwt' }),
    'server_unsupported',
  ],
  [
    'gives an id that cannot be sent',
    json({ client_id: 'a b\n', token_endpoint_auth_method: 'none' }),
    'server_unsupported',
  ],
  ['has trouble', (response) => response.writeHead(503).end(), 'metadata_unavailable'],
  ['is gone', (response) => response.destroy(), 'metadata_unavailable'],
])('says so where the server %s', async (_, answer, code) => {
  const { standIn, read } = await server();
  standIn.on('/register', answer);
  await expect(registerClient(await read(), { redirectUri, scopes: [] }, deps)).rejects.toMatchObject({
    code,
  });
  expect(standIn.at('/register')).toHaveLength(1);
  expect(standIn.at('/token')).toEqual([]);
});

it('sends nothing where the server takes no registration', async () => {
  const { read } = await server({ registration_endpoint: undefined });
  await expect(registerClient(await read(), { redirectUri, scopes: [] }, deps)).rejects.toMatchObject({
    code: 'server_unsupported',
  });
});

it('takes endpoints on any host from a server that an MCP server named, and asks it for no name', async () => {
  const { read } = await server({
    token_endpoint: 'https://tokens.example.com/token',
    userinfo_endpoint: 'https://as.example.com/userinfo',
  });
  expect(await read()).toMatchObject({
    tokenEndpoint: 'https://tokens.example.com/token',
    userInfoEndpoint: null,
  });
});

it('takes no endpoint on this machine from a server elsewhere, and none that lacks PKCE', async () => {
  const issuer = 'https://as.example.com';
  const configuration = { ...noOAuthServer, namedBy: 'mcp_server' as const };
  const read = (members: Record<string, unknown>) =>
    discoverMetadata(configuration, issuer, {
      ...deps,
      fetch: async () => Response.json({ ...metadataOf(issuer), ...members }),
    });
  for (const name of [
    'authorization_endpoint',
    'token_endpoint',
    'registration_endpoint',
    'revocation_endpoint',
  ])
    await expect(read({ [name]: 'http://127.0.0.1:3000/x' }), name).rejects.toThrow('is on this machine');
  const lacking = read({ code_challenge_methods_supported: undefined });
  await expect(lacking).rejects.toThrow('PKCE with S256 is not offered');
  await expect(lacking).rejects.not.toThrow('POSTERN_');
});

it('looks for the metadata of an issuer with a path at all three places', async () => {
  const asked: string[] = [];
  const issuer = 'https://as.example.com/tenant/1';
  const configuration = { ...noOAuthServer, namedBy: 'mcp_server' as const };
  const read = discoverMetadata(configuration, issuer, {
    ...deps,
    fetch: async (url) => {
      asked.push(new URL(url).pathname);
      return asked.length < 3 ? new Response(null, { status: 404 }) : Response.json(metadataOf(issuer));
    },
  });
  expect((await read).readFrom).toBe(`${issuer}/.well-known/openid-configuration`);
  expect(asked).toEqual([
    '/.well-known/oauth-authorization-server/tenant/1',
    '/.well-known/openid-configuration/tenant/1',
    '/tenant/1/.well-known/openid-configuration',
  ]);
});
