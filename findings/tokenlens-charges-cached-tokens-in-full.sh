#!/usr/bin/env bash
# tokenlens prices an AI SDK answer as if nothing had come from the cache, and with the fields it does read, a cache hit
# makes the answer dearer.
#
# Expected: tokenlens "works great with the Vercel AI SDK out of the box", so the `usage` of streamText() can go
#   straight into costFromUsage(), and tokens that were read from the cache cost a tenth.
# Happens: two faults, and both give a plausible number. AI SDK 7 says what was cached in `inputTokenDetails`, where
#   tokenlens 1.3.1 does not look, and `inputTokens` is the total: every cached token is charged in full. The older
#   field `cachedInputTokens` is read, but the cached part is added to the cost of the total and not taken out of it,
#   so the same prompt costs more with the cache than without it. An agent's turn is mostly cache, so its cost is
#   wrong by a factor of nine or ten, and a budget that stops at that cost stops far too soon.
# Version: tokenlens 1.3.1, ai 7.0.173, @ai-sdk/anthropic 4.0.105. Date: 2026-11-30.
# Output seen, for 100,000 tokens of which 99,000 were cached, at 3 dollars and 0.30 for cached ones: "right 0.0327,
#   from the AI SDK's usage 0.3000, with cachedInputTokens 0.3297, without any cache 0.3000".
# Way round: give it the parts, `{ inputTokens: noCacheTokens, cachedInputTokens: cacheReadTokens, outputTokens }`,
#   and add the cache writes yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts tokenlens@1.3.1 ai@7.0.173 @ai-sdk/anthropic@4.0.105 zod@4.6.7 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createAnthropic } from "@ai-sdk/anthropic";
import { streamText } from "ai";
import { costFromUsage, estimateCost } from "tokenlens";

const model = "claude-sonnet-4-20250514";
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  const usage = { input_tokens: 1000, cache_creation_input_tokens: 0, cache_read_input_tokens: 99000, output_tokens: 0 };
  const events = [
    { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
try {
  const anthropic = createAnthropic({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "key" });
  const result = streamText({ model: anthropic(model), prompt: "hello" });
  await result.consumeStream();
  const usage = await result.usage;
  assert.equal(usage.inputTokens, 100000);
  assert.equal(usage.inputTokenDetails.cacheReadTokens, 99000);

  const id = `anthropic:${model}`;
  const parts = { inputTokens: 1000, cachedInputTokens: 99000, outputTokens: 0 };
  const costs = {
    right: (1000 * 3 + 99000 * 0.3) / 1e6,
    "from the AI SDK's usage": costFromUsage({ id, usage }),
    "with cachedInputTokens": costFromUsage({ id, usage: { ...parts, inputTokens: 100000 } }),
    "without any cache": costFromUsage({ id, usage: { inputTokens: 100000, outputTokens: 0 } }),
    "given the parts": costFromUsage({ id, usage: parts }),
  };
  console.log("version", JSON.parse(readFileSync("node_modules/tokenlens/package.json", "utf8")).version);
  for (const [name, cost] of Object.entries(costs)) console.log(`${name}: ${cost.toFixed(4)}`);
  console.log("tokenlens' own prices:", JSON.stringify(estimateCost({ modelId: id, usage: { inputTokens: 1e6, cachedInputTokens: 1e6, outputTokens: 0 } })));
  assert.deepEqual(Object.values(costs).map((cost) => cost.toFixed(4)), ["0.0327", "0.3000", "0.3297", "0.3000", "0.0327"]);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
