import { startServerProgram } from './harness/server-program.ts';
import type { ServerUnderTest } from './harness/suite.ts';

type OnNode = Pick<ServerUnderTest, 'name' | 'packages' | 'variables' | 'expected'>;

/** A server that a program under `servers/` runs in Node, with pages that one form each answers. */
function onNode(program: string, server: OnNode): ServerUnderTest {
  const fields = { email: 'ada@example.org', password: 'correct horse', login: 'ada', decision: 'approve' };
  return {
    ...server,
    from: 'npm',
    start: ({ origin, redirectUri }) => startServerProgram(program, { origin, redirectUri }),
    approve: (browser, url) => browser.approve(url, fields),
  };
}

const inference = { POSTERN_OAUTH_SCOPES: 'user:inference' };

/** Every server, in the order of the table. */
export const servers: readonly ServerUnderTest[] = [
  onNode('cloudflare', {
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
  onNode('better-auth', {
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
  onNode('node-oauth2-server', {
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
  onNode('oauth2orize', {
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
  onNode('mcp-sdk', {
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
  onNode('oidc-provider', {
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
  onNode('atproto', {
    name: 'atproto oauth-provider',
    packages: ['@atproto/oauth-provider'],
    variables: (origin) => ({ POSTERN_OAUTH_ISSUER: origin.replace('127.0.0.1', 'localhost') }),
    expected: { refusal: /demands DPoP \(RFC 9449\)/ },
  }),
];
