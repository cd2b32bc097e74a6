// oauth2orize with its PKCE extension, refresh tokens that rotate, and its own errorHandler.
import { createHash } from 'node:crypto';
import express from 'express';
import oauth2orize from 'oauth2orize';
import pkce from 'oauth2orize-pkce';
import { isPerson, person, redirectUri, serve, signInPage, unguessable } from './serve.mjs';

const clientId = 'postern';
const client = { id: clientId, redirectUri };
const codes = new Map();
const refreshTokens = new Map();
const sessions = new Map();

const server = oauth2orize.createServer();
server.serializeClient((known, done) => done(null, known.id));
server.deserializeClient((id, done) => done(null, id === clientId ? client : false));
server.grant(pkce.extensions());
server.grant(
  oauth2orize.grant.code((_client, uri, user, _answer, request, done) => {
    const code = unguessable();
    codes.set(code, { uri, user, scope: request.scope, challenge: request.codeChallenge });
    done(null, code);
  }),
);

function issue({ user, scope }, done) {
  const refreshToken = unguessable();
  refreshTokens.set(refreshToken, { user, scope });
  done(null, unguessable(), refreshToken, { expires_in: 3600, scope: scope.join(' ') });
}

server.exchange(
  oauth2orize.exchange.code((_client, code, uri, body, done) => {
    const found = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(body.code_verifier ?? '')
      .digest('base64url');
    if (found?.uri !== uri || found.challenge !== challenge) return done(null, false);
    issue(found, done);
  }),
);
server.exchange(
  oauth2orize.exchange.refreshToken((_client, refreshToken, _scope, done) => {
    const found = refreshTokens.get(refreshToken);
    if (found === undefined) return done(null, false);
    refreshTokens.delete(refreshToken);
    issue(found, done);
  }),
);

const app = express();
app.use(express.urlencoded({ extended: false }));
app.use((request, response, next) => {
  const known = /session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
  const id = sessions.has(known) ? known : unguessable();
  if (!sessions.has(id)) sessions.set(id, {});
  request.session = sessions.get(id);
  request.user = request.session.user;
  response.cookie('session', id, { httpOnly: true, sameSite: 'lax' });
  next();
});
app.get('/login', (request, response) => {
  response.send(signInPage('/login', { next: request.query.next }));
});
app.post('/login', (request, response) => {
  if (!isPerson(request.body)) return response.status(401).send('Wrong password');
  request.session.user = { id: person.email };
  response.redirect(request.body.next);
});
app.get(
  '/dialog/authorize',
  (request, response, next) => {
    if (request.user !== undefined) return next();
    response.redirect(`/login?${new URLSearchParams({ next: request.originalUrl })}`);
  },
  server.authorize((id, uri, done) => {
    const isKnown = id === clientId && uri === redirectUri;
    done(null, isKnown ? client : false, redirectUri);
  }),
  (request, response) => {
    const { transactionID } = request.oauth2;
    response.send(
      `<form method="post" action="/dialog/authorize/decision"><input type="hidden" name="transaction_id" value="${transactionID}"></form>`,
    );
  },
);
app.post('/dialog/authorize/decision', server.decision());
app.post(
  '/oauth/token',
  (request, _response, next) => {
    request.user = request.body.client_id === clientId ? client : undefined;
    next(
      request.user === undefined ? new oauth2orize.TokenError('Unknown client', 'invalid_client') : undefined,
    );
  },
  server.token(),
  server.errorHandler(),
);
serve(app, { clientId, endSignIns: () => refreshTokens.clear() });
