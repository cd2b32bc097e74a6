#!/usr/bin/env bash
# A client that sends the token type it was given is refused by the server that gave it.
#
# Expected: the server answers `token_type: "Bearer"`; the client sends `${token_type} ${access_token}`; the server
#   accepts it. Schemes are compared without regard to case (RFC 9110 section 11.1), so spelling cannot matter.
# Happens: two habits meet. oauth4webapi (and openid-client, built on it) changes `token_type` in the parsed answer to
#   lower case. @node-oauth/oauth2-server reads the header with a pattern that knows only "Bearer", and it does not
#   answer 401 invalid_token but 400 invalid_request, "malformed authorization header", so nothing asks for a new token
#   and the token looks damaged although the raw answer in the log says "Bearer".
# Version: oauth4webapi 3.8.8, @node-oauth/oauth2-server 5.3.0. Date: 2026-11-29.
# Output seen: "server said Bearer, client library says bearer", "bearer: 400 invalid_request", "Bearer: 200".
# Way round: write "Bearer" yourself, or use the client library's own protectedResourceRequest().
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts oauth4webapi@3.8.8 @node-oauth/oauth2-server@5.3.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import OAuth2Server from "@node-oauth/oauth2-server";
import * as oauth from "oauth4webapi";

const issued = new Map();
const service = new OAuth2Server({
  model: {
    getClient: async () => ({ id: "app", grants: ["client_credentials"] }),
    getUserFromClient: async () => ({ id: "user" }),
    getAccessToken: async (value) => issued.get(value),
    saveToken: async (token, client, user) => {
      const saved = { ...token, client, user };
      issued.set(token.accessToken, saved);
      return saved;
    },
  },
});
const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const { method, headers } = request;
  const asked = new OAuth2Server.Request({ method, headers, query: {}, body: Object.fromEntries(new URLSearchParams(text)) });
  const answer = new OAuth2Server.Response({});
  try {
    if (request.url === "/token") await service.token(asked, answer);
    else {
      await service.authenticate(asked, answer);
      answer.body = { welcome: true };
    }
  } catch (error) {
    answer.status = error.code;
    answer.body = { error: error.name, message: error.message };
  }
  response.writeHead(answer.status, { ...answer.headers, "content-type": "application/json" });
  response.end(JSON.stringify(answer.body));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
try {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const metadata = { issuer, token_endpoint: `${issuer}/token` };
  const client = { client_id: "app" };
  const options = { [oauth.allowInsecureRequests]: true };
  const raw = await oauth.clientCredentialsGrantRequest(metadata, client, oauth.ClientSecretPost("secret"), {}, options);
  const said = (await raw.clone().json()).token_type;
  const token = await oauth.processClientCredentialsResponse(metadata, client, raw);
  for (const name of ["oauth4webapi", "@node-oauth/oauth2-server"]) {
    console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
  }
  console.log(`server said ${said}, client library says ${token.token_type}`);
  assert.deepEqual([said, token.token_type], ["Bearer", "bearer"]);

  const call = async (scheme) => {
    const reply = await fetch(issuer, { headers: { authorization: `${scheme} ${token.access_token}` } });
    const body = await reply.json();
    console.log(`${scheme}: ${reply.status} ${body.error ?? ""} ${body.message ?? ""}`);
    return [reply.status, body.error];
  };
  assert.deepEqual(await call(token.token_type), [400, "invalid_request"]);
  assert.deepEqual(await call(said), [200, undefined]);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
