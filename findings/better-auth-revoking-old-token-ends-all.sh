#!/usr/bin/env bash
# Tidying up a refresh token that was already rotated ends every sign-in of that person at Better Auth.
#
# Expected: RFC 7009 section 2.2: revoking a token that is no longer valid is a success that changes nothing, because the
#   aim is reached already. So a client that is unsure whether its last refresh arrived may revoke the token it has.
# Happens: the revocation endpoint treats a rotated-out refresh token as a replayed one and deletes the refresh tokens
#   of this person at this client: the successor that was just handed out, and the sign-in of another machine that has
#   nothing to do with it. The answer says 400 "token not found", which reads as if nothing had been done. The other
#   machine learns of it at its next refresh, as `invalid_grant` "session not found".
# Version: @better-auth/oauth-provider 1.7.5 with better-auth 1.7.5, memory database. Date: 2026-11-29.
# Output seen: "without the revocation: successor 200, other machine 200", "revoking the old token: 400 token not found",
#   "after it: successor 400 invalid_grant, other machine 400 invalid_grant".
# Way round: revoke only a token known to be the current one, and before a new sign-in, not after it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
# The exact versions that the provider names as its peers: newer ones do not resolve.
peers=(@better-auth/core@1.7.5 @better-auth/utils@0.4.2 @better-fetch/fetch@1.3.2 better-call@1.4.0)
npm install --loglevel=error --no-audit --no-fund --ignore-scripts better-auth@1.7.5 @better-auth/oauth-provider@1.7.5 "${peers[@]}" >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { jwt } from "better-auth/plugins";

const origin = "http://127.0.0.1:3000"; // A name only: requests go straight to the handler, nothing listens.
const redirectUri = "http://127.0.0.1:4000/callback";

/** A fresh server with one person, one public client and a way to sign in and to refresh. */
async function start() {
  const core = ["user", "session", "account", "verification", "jwks"];
  const provider = ["Client", "AccessToken", "RefreshToken", "Consent", "Resource", "ClientResource", "ClientAssertion"];
  const tables = [...core, ...provider.map((name) => `oauth${name}`)];
  const server = betterAuth({
    baseURL: origin,
    secret: randomBytes(32).toString("hex"),
    database: memoryAdapter(Object.fromEntries(tables.map((name) => [name, []]))),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      jwt(),
      oauthProvider({
        loginPage: "/login",
        consentPage: "/consent",
        allowDynamicClientRegistration: true,
        scopes: ["openid", "offline_access"],
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  });
  let cookie = "";
  const call = async (path, { form, json } = {}) => {
    const headers = { origin, cookie, "content-type": form ? "application/x-www-form-urlencoded" : "application/json" };
    const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
    const method = body ? "POST" : "GET";
    const answer = await server.handler(new Request(`${origin}/api/auth${path}`, { method, headers, body }));
    const fresh = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    cookie = [cookie, ...fresh].filter(Boolean).join("; ");
    const text = await answer.text();
    return { status: answer.status, location: answer.headers.get("location"), body: text ? JSON.parse(text) : {} };
  };
  await call("/sign-up/email", { json: { name: "Person", email: "person@example.com", password: "a long password" } });
  const registered = await call("/oauth2/register", {
    json: {
      redirect_uris: [redirectUri],
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
  });
  const client_id = registered.body.client_id;
  assert.ok(client_id, "no client");
  const token = (fields) => call("/oauth2/token", { form: { client_id, ...fields } });
  return {
    refresh: (refresh_token) => token({ grant_type: "refresh_token", refresh_token }),
    revoke: (refresh_token) => call("/oauth2/revoke", { form: { client_id, token: refresh_token } }),
    async signIn() {
      const verifier = randomBytes(32).toString("base64url");
      const query = new URLSearchParams({
        client_id,
        response_type: "code",
        redirect_uri: redirectUri,
        scope: "openid offline_access",
        state: randomBytes(16).toString("hex"),
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
      });
      let next = (await call(`/oauth2/authorize?${query}`)).location;
      if (next.startsWith("/consent?")) {
        const oauth_query = next.slice("/consent?".length);
        next = (await call("/oauth2/consent", { json: { accept: true, oauth_query } })).body.url;
      }
      const code = new URL(next).searchParams.get("code");
      const answer = await token({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier });
      assert.equal(answer.status, 200);
      return answer.body.refresh_token;
    },
  };
}

async function run(revokesOldToken) {
  const server = await start();
  const machine = await server.signIn();
  const otherMachine = await server.signIn();
  const successor = (await server.refresh(machine)).body.refresh_token;
  assert.ok(successor && successor !== machine, "the token was not rotated");
  if (revokesOldToken) {
    const { status, body } = await server.revoke(machine);
    console.log("revoking the old token:", status, body.error_description);
  }
  const after = [await server.refresh(successor), await server.refresh(otherMachine)];
  const [mine, other] = after.map(({ status, body }) => `${status} ${body.error ?? ""}`.trim());
  console.log(`${revokesOldToken ? "after it" : "without the revocation"}: successor ${mine}, other machine ${other}`);
  return [mine, other];
}

for (const name of ["better-auth", "@better-auth/oauth-provider"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
}
assert.deepEqual(await run(false), ["200", "200"]);
assert.deepEqual(await run(true), ["400 invalid_grant", "400 invalid_grant"]);
JS
node probe.mjs
