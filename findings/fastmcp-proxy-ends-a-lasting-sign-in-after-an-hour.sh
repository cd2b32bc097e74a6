#!/usr/bin/env bash
# FastMCP's OAuth proxy signs people out after an hour where the provider's token never ends, and its option for the
# lifetime does nothing.
#
# Expected: a provider may leave out `expires_in`, and one whose tokens do not end gives no refresh token either. The
#   proxy's `accessTokenTtl`, "Access token TTL in seconds", then says how long its own token for the MCP client lives;
#   the code even has a year as the lifetime of a token without refresh.
# Happens: the answer of the provider is read as `expires_in || 3600`, so a lifetime that is missing becomes an hour
#   before anything asks whether it is missing. The option and the year come after that question and are never reached.
#   The MCP client gets `expires_in: 3600` and no refresh token: after an hour each person has to sign in anew, although
#   the provider's token, which the proxy keeps, is still good. Raising `accessTokenTtl` changes nothing, and where the
#   provider does say a lifetime, a shorter `accessTokenTtl` is ignored as well.
# Version: fastmcp 4.20.16. Date: 2026-12-01.
# Output seen: "no lifetime: expires_in 3600, no refresh token, after 61 minutes: signed out", the same with
#   accessTokenTtl of 30 days, and "two hours, accessTokenTtl of 10 minutes: expires_in 7200".
# Way round: set `expires_in` in the provider's answer yourself, with a small token endpoint in front of the provider's.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts fastmcp@4.20.16 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { mock } from "node:test";
import { OAuthProxy } from "fastmcp/auth";

let answer;
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const provider = `http://127.0.0.1:${server.address().port}`;
const baseUrl = "http://127.0.0.1:8080";
const redirect_uri = "http://127.0.0.1:8081/callback";

async function signIn(name, fromProvider, accessTokenTtl) {
  answer = { access_token: "provider-access", token_type: "bearer", scope: "read", ...fromProvider };
  const proxy = new OAuthProxy({
    baseUrl,
    upstreamAuthorizationEndpoint: `${provider}/authorize`,
    upstreamTokenEndpoint: `${provider}/token`,
    upstreamClientId: "app",
    upstreamClientSecret: "secret",
    allowedRedirectUriPatterns: ["http://127.0.0.1*"],
    consentRequired: false,
    ...(accessTokenTtl && { accessTokenTtl }),
  });
  // The way of an MCP client: register, be sent to the provider, come back, fetch the token.
  const { client_id, client_secret } = await proxy.registerClient({ redirect_uris: [redirect_uri] });
  const away = await proxy.authorize({ client_id, redirect_uri, response_type: "code", state: "state", scope: "read" });
  const back = new URL("/oauth/callback", baseUrl);
  back.searchParams.set("code", "provider-code");
  back.searchParams.set("state", new URL(away.headers.get("location")).searchParams.get("state"));
  const home = await proxy.handleCallback(new Request(back));
  const code = new URL(home.headers.get("location")).searchParams.get("code");
  const tokens = await proxy.exchangeAuthorizationCode({ client_id, client_secret, code, grant_type: "authorization_code", redirect_uri });

  assert.ok(await proxy.loadUpstreamTokens(tokens.access_token), "the token works at first");
  mock.timers.enable({ apis: ["Date"], now: Date.now() + 61 * 60 * 1000 });
  const later = (await proxy.loadUpstreamTokens(tokens.access_token)) ? "signed in" : "signed out";
  mock.timers.reset();
  proxy.destroy();
  const refresh = tokens.refresh_token ? "a refresh token" : "no refresh token";
  console.log(`${name}: expires_in ${tokens.expires_in}, ${refresh}, after 61 minutes: ${later}`);
  return { expires_in: tokens.expires_in, refresh, later };
}
try {
  console.log("version", JSON.parse(readFileSync("node_modules/fastmcp/package.json", "utf8")).version);
  const out = { expires_in: 3600, refresh: "no refresh token", later: "signed out" };
  const on = { expires_in: 7200, refresh: "no refresh token", later: "signed in" };
  assert.deepEqual(await signIn("no lifetime", {}), out);
  assert.deepEqual(await signIn("no lifetime, accessTokenTtl of 30 days", {}, 30 * 86400), out);
  assert.deepEqual(await signIn("two hours, accessTokenTtl of 10 minutes", { expires_in: 7200 }, 600), on);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
