#!/usr/bin/env bash
# `timeout` of the Anthropic SDK does not cover the wait a server asks for between two tries.
#
# Expected: `timeout: 300` bounds the call, or at least a wait longer than the timeout is not begun, or the wait has a
#   ceiling like the SDK's own back-off (8 s).
# Happens: the timeout starts anew for each try and does not run in between, and there is no ceiling: any positive
#   delay that a timer can hold is slept in full. One 429 with `retry-after: 3` makes a call with a 300 ms timeout last
#   3 s, and the header may just as well say 3600. Only `signal` bounds the whole call, waits included.
# Version: @anthropic-ai/sdk 1.14.0. Date: 2026-11-29.
# Output seen: "timeout 300 ms, retry-after 3: RateLimitError after 3181 ms, 2 request(s)",
#   "signal 300 ms, retry-after 3: APIUserAbortError after 304 ms, 1 request(s)",
#   "timeout 300 ms, signal 2 s, retry-after 120: APIUserAbortError after 2007 ms, 1 request(s)".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/sdk@1.14.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import { VERSION } from "@anthropic-ai/sdk/version";

let requests = 0;
let retryAfter = "3";
const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  response.writeHead(429, { "content-type": "application/json", "retry-after": retryAfter });
  response.end(JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "slow down" } }));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
try {
  const client = new Anthropic({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}` });
  const question = { model: "model", max_tokens: 8, messages: [{ role: "user", content: "hello" }] };
  const measure = async (label, options) => {
    requests = 0;
    const begun = performance.now();
    const error = await client.messages.create(question, { maxRetries: 1, ...options }).catch((reason) => reason);
    const took = Math.round(performance.now() - begun);
    console.log(`${label}: ${error.constructor.name} after ${took} ms, ${requests} request(s)`);
    return { name: error.constructor.name, took, requests };
  };

  console.log("version", VERSION);
  const timed = await measure("timeout 300 ms, retry-after 3", { timeout: 300 });
  assert.equal(timed.name, "RateLimitError");
  assert.equal(timed.requests, 2);
  assert.ok(timed.took >= 2900, "the wait was cut short");

  const aborted = await measure("signal 300 ms, retry-after 3", { signal: AbortSignal.timeout(300) });
  assert.equal(aborted.name, "APIUserAbortError");
  assert.equal(aborted.requests, 1);
  assert.ok(aborted.took < 2900);

  // Two minutes are slept as well: after 2 s the SDK's own back-off (at most 0.5 s before a first retry) is long over.
  retryAfter = "120";
  const long = await measure("timeout 300 ms, signal 2 s, retry-after 120", { timeout: 300, signal: AbortSignal.timeout(2000) });
  assert.equal(long.requests, 1);
  assert.equal(long.name, "APIUserAbortError");
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
