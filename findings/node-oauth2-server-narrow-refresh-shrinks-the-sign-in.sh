#!/usr/bin/env bash
# With @node-oauth/oauth2-server, asking once for a smaller access token takes the other scopes away for good, and
# asking for them again ends the sign-in.
#
# Expected: RFC 6749 section 6 lets a client refresh with fewer scopes, to hand a lesser access token to a tool. The
#   new refresh token must have the scopes of the one that was sent, so the next refresh without `scope` gives all of
#   them again. A refresh that the server refuses with `invalid_scope` changes nothing.
# Happens: the server gives saveToken() one `scope` for both tokens, the smaller one, so the new refresh token shrinks
#   too: a refresh without `scope` gives "read" from now on. A client that asks for "read write", what the user
#   agreed to, gets 400 invalid_scope. That refused request has already revoked the refresh token, because the server
#   revokes before it looks at the scope. The next refresh says invalid_grant, and the user must sign in again.
# Version: @node-oauth/oauth2-server 5.3.0. Date: 2026-11-30.
# Output seen: "scope=read: 200 read", "no scope: 200 read", "scope=read write: 400 invalid_scope", "no scope: 400
#   invalid_grant".
# Way round: as a client, never send `scope` with a refresh to this server. As a server, set
#   `alwaysIssueNewRefreshToken: false`: the old refresh token then stays, with all its scopes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @node-oauth/oauth2-server@5.3.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import OAuth2Server from "@node-oauth/oauth2-server";

const client = { id: "app", grants: ["refresh_token"] };
const user = { id: "ada" };
// The plainest store there can be: it keeps what it is given, as the documentation of the model shows.
const tokens = new Map([["refresh-0", { refreshToken: "refresh-0", scope: ["read", "write"], client, user }]]);
const model = {
  getClient: async () => client,
  getRefreshToken: async (refreshToken) => tokens.get(refreshToken),
  revokeToken: async ({ refreshToken }) => tokens.delete(refreshToken),
  saveToken: async (token) => {
    const saved = { ...token, client, user };
    tokens.set(token.refreshToken, saved);
    return saved;
  },
};
const oauth = new OAuth2Server({ model, requireClientAuthentication: { refresh_token: false } });
const server = createServer(async (incoming, outgoing) => {
  let text = "";
  for await (const chunk of incoming) text += chunk;
  const body = Object.fromEntries(new URLSearchParams(text));
  const request = new OAuth2Server.Request({ method: incoming.method, headers: incoming.headers, query: {}, body });
  const response = new OAuth2Server.Response();
  await oauth.token(request, response).catch(() => {});
  outgoing.writeHead(response.status, { "content-type": "application/json" }).end(JSON.stringify(response.body));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

let current = "refresh-0";
async function refresh(scope) {
  const form = { grant_type: "refresh_token", client_id: "app", refresh_token: current };
  if (scope) form.scope = scope;
  const url = `http://127.0.0.1:${server.address().port}/token`;
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
  const answer = await response.json();
  const seen = `${response.status} ${answer.error ?? answer.scope}`;
  console.log(`${scope ? `scope=${scope}` : "no scope"}: ${seen}`);
  // A client keeps the token it has where the answer brings no new one.
  current = answer.refresh_token ?? current;
  return seen;
}
try {
  console.log("version", JSON.parse(readFileSync("node_modules/@node-oauth/oauth2-server/package.json", "utf8")).version);
  assert.equal(await refresh(), "200 read write");
  assert.equal(await refresh("read"), "200 read");
  assert.equal(await refresh(), "200 read");
  assert.equal(await refresh("read write"), "400 invalid_scope");
  assert.equal(await refresh(), "400 invalid_grant");
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
