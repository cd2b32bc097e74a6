#!/usr/bin/env bash
# In TanStack AI a refused, a paused and a cut off answer of Claude all look like a finished one.
#
# Expected: the library's `finishReason` has 'length' and 'content_filter' beside 'stop', its OpenAI adapter uses
#   them, and an answer that hit `max_tokens` is an error. So a refusal is 'content_filter', an answer that filled the
#   context window is 'length', and a stream that ends in the middle is at least not a success.
# Happens: the Anthropic adapter knows `tool_use` and `max_tokens`, and calls everything else 'stop': `refusal`,
#   `model_context_window_exceeded`, and `pause_turn`, where the API waits to be asked to go on. Nothing on the chunks
#   carries the API's own reason. A stream that just ends, as when a gateway stops early, gives neither RUN_FINISHED
#   nor RUN_ERROR. With `stream: false` all four resolve with the text so far, so half an answer is stored and used as
#   a whole one. The two ways to run out of room are opposites: `max_tokens` rejects, a full window resolves.
# Version: @tanstack/ai 0.58.0, @tanstack/ai-anthropic 0.18.11. Date: 2026-11-30.
# Output seen: 'refusal: RUN_FINISHED stop, stream: false gives "Half an ans"', the same for the full window and the
#   pause, 'no end: nothing, stream: false gives "Half an ans"', 'max_tokens: RUN_ERROR, stream: false rejects'.
# Way round: none through the adapter. Give it a `fetch` of your own that reads `stop_reason` off the stream.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @tanstack/ai@0.58.0 @tanstack/ai-anthropic@0.18.11 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { chat } from "@tanstack/ai";
import { createAnthropicChat } from "@tanstack/ai-anthropic";

let reason;
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  const usage = { input_tokens: 10, output_tokens: 1 };
  const events = [
    { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [], stop_reason: null, stop_sequence: null, usage } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Half an ans" } },
  ];
  if (reason !== "no end") {
    events.push(
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage },
      { type: "message_stop" },
    );
  }
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const baseURL = `http://127.0.0.1:${server.address().port}`;
const question = () => ({
  adapter: createAnthropicChat("claude-sonnet-4-5", "key", { baseURL, maxRetries: 0 }),
  messages: [{ role: "user", content: "hello" }],
  debug: false,
});

async function ask(name) {
  reason = name;
  const ends = [];
  let chunks = "";
  for await (const chunk of chat(question())) {
    chunks += JSON.stringify(chunk);
    const finish = chunk.finishReason ?? chunk.metadata?.tanstack?.finishReason;
    if (chunk.type === "RUN_FINISHED") ends.push(`RUN_FINISHED ${finish}`);
    if (chunk.type === "RUN_ERROR") ends.push("RUN_ERROR");
  }
  const whole = await chat({ ...question(), stream: false }).then((text) => `gives ${JSON.stringify(text)}`, () => "rejects");
  const seen = `${ends.join(", ") || "nothing"}, stream: false ${whole}`;
  console.log(`${name}: ${seen}; the API's reason is in the chunks: ${chunks.includes(name)}`);
  return { seen, told: chunks.includes(name) };
}
try {
  const version = (name) => JSON.parse(readFileSync(`node_modules/@tanstack/${name}/package.json`, "utf8")).version;
  console.log("versions", version("ai"), version("ai-anthropic"));
  const finished = 'RUN_FINISHED stop, stream: false gives "Half an ans"';
  for (const name of ["end_turn", "refusal", "model_context_window_exceeded", "pause_turn"]) {
    assert.deepEqual(await ask(name), { seen: finished, told: false });
  }
  assert.equal((await ask("no end")).seen, 'nothing, stream: false gives "Half an ans"');
  assert.equal((await ask("max_tokens")).seen, "RUN_ERROR, stream: false rejects");
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
