#!/usr/bin/env bash
# A refresh answer without a refresh token costs simple-oauth2 the one it had.
#
# Expected: RFC 6749 section 6 lets a server leave `refresh_token` out of a refresh answer, and the client goes on
#   with the one it has. The library's own refresh() has a branch for exactly that answer, so two refreshes in a row
#   work against a server that does not rotate.
# Happens: the branch copies from the wrong object. The new token carries `refresh_token: undefined`, and the second
#   refresh() sends `refresh_token=` with nothing behind it. The first refresh looks healthy; the sign-in is lost one
#   access token lifetime later, and a store that was overwritten in between no longer has the token either.
# Version: simple-oauth2 5.1.0. Date: 2026-11-29.
# Output seen: after refresh 1 "refresh_token: undefined", then request 3 "grant_type=refresh_token&refresh_token="
#   and "Response Error: 400 Bad Request".
# Way round: merge the old token's refresh_token yourself and build the next token with createToken().
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts simple-oauth2@5.1.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import simpleOauth2 from "simple-oauth2";

const bodies = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  bodies.push(body);
  const form = new URLSearchParams(body);
  const answer = { access_token: `access-${bodies.length}`, token_type: "Bearer", expires_in: 3600 };
  const first = form.get("grant_type") === "authorization_code";
  const known = form.get("refresh_token") === "refresh-1";
  response.writeHead(first || known ? 200 : 400, { "content-type": "application/json" });
  // Only the code exchange hands out a refresh token; it stays valid for every later refresh.
  response.end(JSON.stringify(first ? { ...answer, refresh_token: "refresh-1" } : known ? answer : { error: "invalid_request" }));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
try {
  const tokenHost = `http://127.0.0.1:${server.address().port}`;
  const client = new simpleOauth2.AuthorizationCode({ client: { id: "app", secret: "secret" }, auth: { tokenHost } });
  const signedIn = await client.getToken({ code: "code", redirect_uri: "http://127.0.0.1/callback" });
  const refreshed = await signedIn.refresh();
  const second = await refreshed.refresh().then(() => "worked", (error) => error.message);

  console.log("version", JSON.parse(readFileSync("node_modules/simple-oauth2/package.json", "utf8")).version);
  console.log("after sign-in   refresh_token:", signedIn.token.refresh_token);
  console.log("after refresh 1 refresh_token:", refreshed.token.refresh_token);
  console.log("request 3:", bodies[2]);
  console.log("refresh 2:", second);
  assert.equal(signedIn.token.refresh_token, "refresh-1");
  assert.equal(refreshed.token.refresh_token, undefined);
  assert.equal(bodies[2], "grant_type=refresh_token&refresh_token=");
  assert.match(second, /400/);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
