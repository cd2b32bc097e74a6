#!/usr/bin/env bash
# undici 8 and the fetch of Node 24: the global setting works, an agent per request fails, a form is sent as a word.
#
# Expected: an undici Agent or ProxyAgent goes into `fetch(url, { dispatcher })`, which is also how the Anthropic SDK
#   takes a proxy (`fetchOptions: { dispatcher }`); with an agent of undici 7.30.2 that works. undici's FormData is a
#   FormData. And if versions do not fit, setGlobalDispatcher() should fail in the same way.
# Happens: Node 24 has undici 7 inside. An agent of undici 8 given per request is refused for its handler interface
#   ("invalid onRequestStart method"); under the Anthropic SDK it arrives as "Connection error." after every retry.
#   The same agent set globally is used by the built-in fetch: a bridge exists there and only there. And the package's
#   FormData is not recognised by the built-in fetch at all: the body goes out as the text "[object FormData]" with
#   type text/plain and no error.
# Version: undici 8.13.1 under Node 24.9.0 (undici 7.16.0 inside), @anthropic-ai/sdk 1.14.0. Date: 2026-11-29.
# Output seen: "per request: fetch failed (invalid onRequestStart method)",
#   "anthropic sdk: APIConnectionError Connection error.", "form: text/plain;charset=UTF-8 [object FormData]",
#   "global: used by the built-in fetch: true", "anthropic sdk with undici's fetch: used: true".
# Way round: take fetch, FormData and the agent from the same package (`new Anthropic({ fetch })`).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --force undici@8.13.1 node@24.9.0 @anthropic-ai/sdk@1.14.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import * as undici from "undici";

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ via: request.headers["x-agent"] ?? "none", type: request.headers["content-type"], body }));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const address = `http://127.0.0.1:${server.address().port}`;
const reason = (error) => `${error.message} (${error.cause?.message})`;
// Marks what went through it, so that "it worked" cannot mean "it was ignored".
const marking = () =>
  new undici.Agent().compose((dispatch) => (options, handler) => {
    const headers = options.headers;
    const marked = Array.isArray(headers) ? [...headers, "x-agent", "ours"] : { ...headers, "x-agent": "ours" };
    return dispatch({ ...options, headers: marked }, handler);
  });
try {
  console.log("node", process.version, "inside: undici", process.versions.undici);

  const perRequest = await fetch(address, { dispatcher: new undici.Agent() }).then((answer) => answer.status, reason);
  console.log("per request:", perRequest);
  assert.equal(perRequest, "fetch failed (invalid onRequestStart method)");

  const sdk = new Anthropic({ apiKey: "key", baseURL: address, maxRetries: 0, fetchOptions: { dispatcher: new undici.Agent() } });
  const question = { model: "model", max_tokens: 8, messages: [{ role: "user", content: "hello" }] };
  const refused = await sdk.messages.create(question).catch((error) => error);
  console.log("anthropic sdk:", refused.constructor.name, refused.message);
  assert.equal(refused.constructor.name, "APIConnectionError");

  const form = new undici.FormData();
  form.set("field", "value");
  const sent = await (await fetch(address, { method: "POST", body: form })).json();
  console.log("form:", sent.type, sent.body);
  assert.deepEqual([sent.type, sent.body], ["text/plain;charset=UTF-8", "[object FormData]"]);

  undici.setGlobalDispatcher(marking());
  const globally = await (await fetch(address)).json();
  console.log("global: used by the built-in fetch:", globally.via === "ours");
  assert.equal(globally.via, "ours");

  const matching = new Anthropic({ apiKey: "key", baseURL: address, maxRetries: 0, fetch: undici.fetch, fetchOptions: { dispatcher: marking() } });
  const answered = await matching.messages.create(question);
  console.log("anthropic sdk with undici's fetch: used:", answered.via === "ours");
  assert.equal(answered.via, "ours");
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node_modules/.bin/node probe.mjs
