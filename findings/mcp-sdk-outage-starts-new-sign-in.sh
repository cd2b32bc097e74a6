#!/usr/bin/env bash
# A token endpoint that is down for a moment makes the MCP SDK ask the person to sign in again.
#
# Expected: a refresh that fails because of the network or a 5xx leaves things as they are and throws, so that the
#   caller tries again; only the server's own `invalid_grant` ends a sign-in.
# Happens: auth() reads any answer that is not an OAuth error body as "could not refresh" and goes straight on to a new
#   authorization: it saves a new code verifier and calls redirectToAuthorization(), which opens the browser. A proxy's
#   HTML page with 503 and a cut connection both do it, though the refresh token is good. The sign of danger is
#   reversed: the same 503 with the body `temporarily_unavailable`, and a 429, throw and leave the sign-in alone.
# Version: @modelcontextprotocol/sdk 1.32.2. Date: 2026-11-29.
# Output seen: "503 with a page: REDIRECT, provider calls: saveCodeVerifier, redirectToAuthorization", the same for a
#   cut connection, and "503 with an OAuth error: threw TemporarilyUnavailableError, provider calls: none".
# Way round: refresh yourself with refreshAuthorization() before auth(), and call auth() only for `invalid_grant`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @modelcontextprotocol/sdk@1.32.2 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { auth } from "@modelcontextprotocol/sdk/client/auth.js";

const json = { "content-type": "application/json" };
const troubles = {
  "503 with a page": (response) => response.writeHead(503, { "content-type": "text/html" }).end("<h1>Busy</h1>"),
  "connection cut": (response) => response.destroy(),
  "503 with an OAuth error": (response) => response.writeHead(503, json).end('{"error":"temporarily_unavailable"}'),
  "429 with an OAuth error": (response) => response.writeHead(429, json).end('{"error":"too_many_requests"}'),
};
let trouble;
let refreshes = 0;
const server = createServer((request, response) => {
  request.resume();
  const issuer = `http://${request.headers.host}`;
  if (request.url === "/token") {
    refreshes += 1;
    return troubles[trouble](response);
  }
  if (request.url !== "/.well-known/oauth-authorization-server") return response.writeHead(404).end();
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ["code"],
    code_challenge_methods_supported: ["S256"],
  };
  return response.writeHead(200, json).end(JSON.stringify(metadata));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const serverUrl = `http://127.0.0.1:${server.address().port}`;

async function attempt(name) {
  trouble = name;
  refreshes = 0;
  const calls = [];
  const provider = {
    redirectUrl: "http://127.0.0.1/callback",
    clientMetadata: { redirect_uris: ["http://127.0.0.1/callback"] },
    clientInformation: () => ({ client_id: "app", issuer: serverUrl }),
    tokens: () => ({ access_token: "access", token_type: "Bearer", refresh_token: "refresh", issuer: serverUrl }),
    saveTokens: () => calls.push("saveTokens"),
    codeVerifier: () => "verifier",
    saveCodeVerifier: () => calls.push("saveCodeVerifier"),
    redirectToAuthorization: () => calls.push("redirectToAuthorization"),
  };
  const outcome = await auth(provider, { serverUrl }).catch((error) => `threw ${error.constructor.name}`);
  console.log(`${name}: ${outcome}, provider calls: ${calls.join(", ") || "none"}, refresh requests: ${refreshes}`);
  return { outcome, calls, refreshes };
}
try {
  console.log("version", JSON.parse(readFileSync("node_modules/@modelcontextprotocol/sdk/package.json", "utf8")).version);
  for (const name of ["503 with a page", "connection cut"]) {
    const { outcome, calls } = await attempt(name);
    assert.equal(outcome, "REDIRECT");
    assert.deepEqual(calls, ["saveCodeVerifier", "redirectToAuthorization"]);
  }
  for (const name of ["503 with an OAuth error", "429 with an OAuth error"]) {
    const { outcome, calls } = await attempt(name);
    assert.match(outcome, /^threw /);
    assert.deepEqual(calls, []);
  }
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
