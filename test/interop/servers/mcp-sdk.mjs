// The auth router of the MCP SDK, with a provider that rotates refresh tokens and ends a family on reuse, as its interface asks for.
import { InvalidGrantError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import express from 'express';
import { isPerson, origin, redirectUri, serve, signInPage, unguessable } from './serve.mjs';

const clientId = 'postern';
const client = {
  client_id: clientId,
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};
const codes = new Map();
const refreshTokens = new Map();

function grant(family, scopes) {
  const refreshToken = unguessable();
  refreshTokens.set(refreshToken, { family, scopes, isSpent: false });
  return {
    access_token: unguessable(),
    token_type: 'bearer',
    expires_in: 3600,
    scope: scopes.join(' '),
    refresh_token: refreshToken,
  };
}

function endFamily(family) {
  for (const [token, record] of refreshTokens) if (record.family === family) refreshTokens.delete(token);
}

const provider = {
  clientsStore: { getClient: (id) => (id === clientId ? client : undefined) },
  async authorize(_client, parameters, response) {
    const { state, scopes, redirectUri: uri, codeChallenge } = parameters;
    response.send(
      signInPage('/approve', { state, scope: scopes.join(' '), redirect_uri: uri, challenge: codeChallenge }),
    );
  },
  async challengeForAuthorizationCode(_client, code) {
    if (!codes.has(code)) throw new InvalidGrantError('Unknown code');
    return codes.get(code).challenge;
  },
  async exchangeAuthorizationCode(_client, code) {
    const { scopes } = codes.get(code);
    codes.delete(code);
    return grant(unguessable(), scopes);
  },
  async exchangeRefreshToken(_client, refreshToken) {
    const record = refreshTokens.get(refreshToken);
    if (record?.isSpent) endFamily(record.family);
    if (record === undefined || record.isSpent) throw new InvalidGrantError('Invalid refresh token');
    record.isSpent = true;
    return grant(record.family, record.scopes);
  },
  async verifyAccessToken() {
    throw new Error('not used: the Messages API checks tokens itself');
  },
  async revokeToken(_client, { token }) {
    const record = refreshTokens.get(token);
    if (record !== undefined) endFamily(record.family);
  },
};

const app = express();
// Default limits stay on: a client that storms meets them.
app.use(mcpAuthRouter({ provider, issuerUrl: new URL(origin), scopesSupported: ['user:inference'] }));
app.post('/approve', express.urlencoded({ extended: false }), (request, response) => {
  const { state, scope, redirect_uri: uri, challenge } = request.body;
  if (!isPerson(request.body)) return response.status(401).send('Wrong password');
  const code = unguessable();
  codes.set(code, { challenge, scopes: scope.split(' ') });
  response.redirect(`${uri}?${new URLSearchParams({ code, state })}`);
});
serve(app, { clientId, endSignIns: () => refreshTokens.clear() });
