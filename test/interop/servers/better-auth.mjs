// Better Auth with its OAuth provider plugin and a database in memory. Its sign-in and consent pages are the operator's.
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';
import express from 'express';
import { isPerson, origin, person, redirectUri, serve, signInPage, unguessable } from './serve.mjs';

const core = ['user', 'session', 'account', 'verification', 'jwks'];
const provider = [
  'Client',
  'AccessToken',
  'RefreshToken',
  'Consent',
  'Resource',
  'ClientResource',
  'ClientAssertion',
];
const database = Object.fromEntries(
  [...core, ...provider.map((name) => `oauth${name}`)].map((name) => [name, []]),
);
const auth = betterAuth({
  baseURL: origin,
  secret: unguessable(),
  database: memoryAdapter(database),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/login',
      consentPage: '/consent',
      allowDynamicClientRegistration: true,
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
});

async function call(path, json, cookie = '') {
  const headers = { origin, cookie, 'content-type': 'application/json' };
  return await auth.handler(
    new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(json) }),
  );
}

await call('/sign-up/email', person);
const signedIn = await call('/sign-in/email', person);
const cookie = signedIn.headers
  .getSetCookie()
  .map((line) => line.split(';')[0])
  .join('; ');
const registered = await call(
  '/oauth2/register',
  {
    client_name: 'Postern',
    redirect_uris: [redirectUri],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  },
  cookie,
);
const { client_id: clientId } = await registered.json();

const app = express();
app.all('/api/auth/{*path}', toNodeHandler(auth));
// Its documentation has the metadata served at the root as well: the issuer has a path.
app.get('/.well-known/oauth-authorization-server{/*path}', async (_request, response) => {
  response.json(await auth.api.getOAuthServerConfig());
});
app.use(express.urlencoded({ extended: false }));
for (const [page, path] of [
  ['/login', '/sign-in/email'],
  ['/consent', '/oauth2/consent'],
]) {
  app.get(page, (request, response) => {
    response.send(signInPage(page, { query: request.originalUrl.slice(page.length + 1) }));
  });
  app.post(page, async (request, response) => {
    if (!isPerson(request.body)) return response.status(401).send('Wrong password');
    const { query, email, password } = request.body;
    const json = { oauth_query: query, ...(page === '/login' ? { email, password } : { accept: true }) };
    const answer = await call(path, json, request.headers.cookie);
    for (const line of answer.headers.getSetCookie()) response.append('set-cookie', line);
    const { url } = await answer.json();
    response.redirect(url);
  });
}
serve(app, {
  clientId,
  endSignIns: () => {
    for (const table of ['oauthRefreshToken', 'oauthAccessToken', 'session']) database[table].length = 0;
  },
});
