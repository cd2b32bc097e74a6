import type { Browser, Fields } from './harness/browser.ts';
import { startServerProgram } from './harness/server-program.ts';
import type { ServerUnderTest } from './harness/suite.ts';

type Described = Pick<ServerUnderTest, 'name' | 'packages' | 'variables' | 'expected'> &
  Partial<Pick<ServerUnderTest, 'from' | 'approve'>>;

const person = { email: 'ada@example.org', password: 'correct horse' };

/** A server that a program under `servers/` runs, with pages that one form each answers. */
function server(program: string, described: Described): ServerUnderTest {
  return {
    from: 'npm',
    approve: filledIn({ ...person, login: 'ada', decision: 'approve' }),
    ...described,
    start: (origin, redirectUri) => startServerProgram(program, { origin, redirectUri }),
  };
}

function filledIn(fields: Fields): ServerUnderTest['approve'] {
  return (browser, url) => browser.approve(url, fields);
}

/** Its pages are scripts: what they send is sent here. Source: glewlwyd's API documentation, "Authenticate a user", "Update granted scope". */
async function approveAtGlewlwyd(browser: Browser, url: string): Promise<string> {
  const { origin, searchParams } = new URL(url);
  const { password } = person;
  await browser.send(`${origin}/api/auth`, { method: 'POST', json: { username: 'ada', password } });
  const grant = `${origin}/api/auth/grant/${searchParams.get('client_id')}`;
  await browser.send(grant, { method: 'PUT', json: { scope: 'openid' } });
  return await browser.approve(`${url}&g_continue`, {});
}

/** Its page is a script as well. Source: @atproto/oauth-provider-api, `ApiEndpoints`. */
async function approveAtAtproto(browser: Browser, url: string): Promise<string> {
  await browser.send(url, undefined, { from: null });
  const headers = { 'x-csrf-token': browser.cookie('csrf-token') };
  const { origin } = new URL(url);
  const call = async (name: string, json: unknown): Promise<Record<string, unknown>> => {
    const address = `${origin}/@atproto/oauth-provider/~api/${name}`;
    const { text } = await browser.send(address, { method: 'POST', json }, { from: url, headers });
    return JSON.parse(text) as Record<string, unknown>;
  };
  const { password } = person;
  const { account } = await call('sign-in', { locale: 'en', username: 'ada', password, remember: true });
  const { url: onward } = await call('consent', { did: (account as { did?: string } | undefined)?.did });
  const { location, text } = await browser.send(String(onward), undefined, { from: url });
  if (location === null) throw new Error(`no way back from the consent: ${text.slice(0, 400)}`);
  return location;
}

const inference = { POSTERN_OAUTH_SCOPES: 'user:inference' };

/** Every server, in the order of the table. */
export const servers: readonly ServerUnderTest[] = [
  server('cloudflare', {
    name: 'Cloudflare workers-oauth-provider',
    packages: ['@cloudflare/workers-oauth-provider'],
    variables: (origin) => ({ ...inference, POSTERN_OAUTH_ISSUER: origin }),
    expected: {
      account: null,
      afterLostAnswer: 'comes back',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'done',
    },
  }),
  server('better-auth', {
    name: 'Better Auth oauth-provider',
    packages: ['@better-auth/oauth-provider', 'better-auth'],
    variables: (origin) => ({
      POSTERN_OAUTH_ISSUER: `${origin}/api/auth`,
      POSTERN_OAUTH_SCOPES: 'openid profile email offline_access',
    }),
    expected: {
      account: 'ada@example.org',
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'done',
    },
  }),
  server('node-oauth2-server', {
    name: 'node-oauth2-server',
    packages: ['@node-oauth/oauth2-server'],
    variables: (origin) => ({
      ...inference,
      POSTERN_OAUTH_AUTHORIZATION_ENDPOINT: `${origin}/authorize`,
      POSTERN_OAUTH_TOKEN_ENDPOINT: `${origin}/token`,
    }),
    expected: {
      account: null,
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'unsupported',
    },
  }),
  server('oauth2orize', {
    name: 'oauth2orize',
    packages: ['oauth2orize', 'oauth2orize-pkce'],
    variables: (origin) => ({
      ...inference,
      POSTERN_OAUTH_AUTHORIZATION_ENDPOINT: `${origin}/dialog/authorize`,
      POSTERN_OAUTH_TOKEN_ENDPOINT: `${origin}/oauth/token`,
    }),
    expected: {
      account: null,
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'unsupported',
    },
  }),
  server('mcp-sdk', {
    name: 'MCP SDK auth router',
    packages: ['@modelcontextprotocol/sdk'],
    variables: (origin) => ({ ...inference, POSTERN_OAUTH_ISSUER: `${origin}/` }),
    expected: {
      account: null,
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'done',
    },
  }),
  server('oidc-provider', {
    name: 'oidc-provider',
    packages: ['oidc-provider'],
    variables: (origin) => ({
      POSTERN_OAUTH_ISSUER: origin,
      POSTERN_OAUTH_SCOPES: 'openid profile email offline_access',
    }),
    expected: {
      account: 'ada@example.org',
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'done',
    },
  }),
  server('atproto', {
    name: 'atproto oauth-provider',
    packages: ['@atproto/oauth-provider'],
    variables: (origin) => ({
      POSTERN_OAUTH_ISSUER: origin.replace('127.0.0.1', 'localhost'),
      POSTERN_OAUTH_SCOPES: 'atproto transition:generic',
    }),
    approve: approveAtAtproto,
    expected: {
      account: null,
      afterLostAnswer: 'asks to connect',
      ended: 'reauthorization_required, offers Connect',
      revocation: 'done',
      isBound: true,
    },
  }),
  server('glewlwyd', {
    name: 'glewlwyd',
    packages: ['glewlwyd'],
    from: 'debian',
    variables: (origin) => ({
      POSTERN_OAUTH_ISSUER: `${origin}/api/oidc`,
      POSTERN_OAUTH_SCOPES: 'openid',
    }),
    approve: approveAtGlewlwyd,
    expected: {
      account: 'ada@example.org',
      afterLostAnswer: 'asks to connect',
      ended: 'refresh_failing, offers Connect',
      revocation: 'unsupported',
    },
  }),
  server('lemonldap', {
    name: 'LemonLDAP::NG',
    packages: ['lemonldap-ng'],
    from: 'debian',
    variables: (origin) => ({
      POSTERN_OAUTH_ISSUER: `${origin}/`,
      POSTERN_OAUTH_SCOPES: 'openid profile email offline_access',
    }),
    approve: filledIn({ user: 'dwho', password: 'dwho' }),
    expected: {
      account: 'dwho@badwolf.org',
      afterLostAnswer: 'comes back',
      ended: 'misconfigured, offers Connect',
      revocation: 'unsupported',
    },
  }),
];
