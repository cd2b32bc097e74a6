// @node-oauth/oauth2-server with a model in memory; it rotates refresh tokens by default and describes itself nowhere.
import OAuth2Server from '@node-oauth/oauth2-server';
import express from 'express';
import { isPerson, person, redirectUri, serve, signInPage } from './serve.mjs';

const { Request, Response } = OAuth2Server;
const clientId = 'postern';
const client = { id: clientId, grants: ['authorization_code', 'refresh_token'], redirectUris: [redirectUri] };
const user = { id: person.email };
const codes = new Map();
const tokens = new Map();

const server = new OAuth2Server({
  model: {
    getClient: async (id) => (id === clientId ? client : null),
    saveAuthorizationCode: async (code, ofClient, ofUser) => {
      const saved = { ...code, client: ofClient, user: ofUser };
      codes.set(code.authorizationCode, saved);
      return saved;
    },
    getAuthorizationCode: async (code) => codes.get(code),
    revokeAuthorizationCode: async ({ authorizationCode }) => codes.delete(authorizationCode),
    saveToken: async (token, ofClient, ofUser) => {
      const saved = { ...token, client: ofClient, user: ofUser };
      tokens.set(token.refreshToken, saved);
      return saved;
    },
    getRefreshToken: async (token) => tokens.get(token),
    revokeToken: async ({ refreshToken }) => tokens.delete(refreshToken),
    validateScope: async (_user, _client, scope) => scope,
  },
  // A public client has no secret: documented under "requireClientAuthentication".
  requireClientAuthentication: { refresh_token: false, authorization_code: false },
});

const app = express();
app.use(express.urlencoded({ extended: false }));
app.get('/authorize', (request, response) => {
  response.send(signInPage(request.originalUrl));
});
app.post('/authorize', async (request, response) => {
  if (!isPerson(request.body)) return response.status(401).send('Wrong password');
  const answer = new Response(response);
  const authenticateHandler = { handle: () => user };
  await server.authorize(new Request(request), answer, { authenticateHandler }).catch(() => undefined);
  response.set(answer.headers).status(answer.status).send(answer.body);
});
app.post('/token', async (request, response) => {
  const answer = new Response(response);
  await server.token(new Request(request), answer).catch((error) => {
    answer.status = error.code;
    answer.body = { error: error.name, error_description: error.message };
  });
  response.set(answer.headers).status(answer.status).send(answer.body);
});
serve(app, { clientId, endSignIns: () => tokens.clear() });
