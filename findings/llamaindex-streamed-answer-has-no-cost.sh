#!/usr/bin/env bash
# LlamaIndex.TS tells what an answer of Claude cost and why it ended, until it is streamed: then neither is anywhere.
#
# Expected: chat() gives the provider's own answer as `raw`, with `usage` and `stop_reason`, and with `stream: true` each
#   chunk has a `raw` too, the provider's event. The counts are in the first and the last event, so they come with the
#   first and last chunk, and the `llm-end` callback, to which token counters attach, has them for both ways.
# Happens: the adapter passes on only events with text, thinking or a tool call. `message_start` and `message_delta` are
#   dropped, and no option brings them. So a streamed answer has no token counts in any chunk and none in `llm-end`, and
#   one that was cut off by `max_tokens` cannot be told from a finished one. Agents are hit without asking for it: they
#   always stream.
# Version: @llamaindex/anthropic 0.3.27, @llamaindex/core 0.6.23, @llamaindex/workflow 1.1.25. Date: 2026-12-01.
# Output seen: "chat(): usage told, stop_reason max_tokens told", "chat() streamed: usage never, stop_reason never" and
#   "agent: usage never, stop_reason never".
# Way round: give the class an AnthropicSession with a `fetch` of your own that reads both off the stream.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @llamaindex/anthropic@0.3.27 @llamaindex/core@0.6.23 @llamaindex/workflow@1.1.25 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Anthropic, AnthropicSession } from "@llamaindex/anthropic";
import { Settings } from "@llamaindex/core/global";
import { agent } from "@llamaindex/workflow";

const model = "claude-sonnet-4-0";
const text = "Half an ans";
const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null };
let told = 0;
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const usage = { input_tokens: 1234, output_tokens: 567 };
  if (!JSON.parse(body).stream) {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ ...message, content: [{ type: "text", text }], stop_reason: "max_tokens", usage }));
  }
  told += 1;
  const events = [
    { type: "message_start", message: { ...message, usage: { ...usage, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "max_tokens", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  return response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const session = new AnthropicSession({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}`, maxRetries: 0 });
const llm = new Anthropic({ model, apiKey: "key", session });

// All that the library gives anyone goes in here: what the call returns and what its callbacks are told.
let given = "";
for (const event of ["llm-start", "llm-stream", "llm-end"]) {
  Settings.callbackManager.on(event, ({ detail }) => { given += JSON.stringify(detail); });
}
async function look(name, ask) {
  given = "";
  await ask();
  await new Promise((done) => setTimeout(done, 100));
  assert.match(given, /Half an ans/);
  const seen = { usage: /input_?tokens|output_?tokens/i.test(given), stop_reason: given.includes("max_tokens") };
  console.log(`${name}: usage ${seen.usage ? "told" : "never"}, stop_reason ${seen.stop_reason ? "max_tokens told" : "never"}`);
  return seen;
}
const messages = [{ role: "user", content: "hello" }];
try {
  const version = (name) => JSON.parse(readFileSync(`node_modules/@llamaindex/${name}/package.json`, "utf8")).version;
  console.log("versions", version("anthropic"), version("core"), version("workflow"));
  const whole = await look("chat()", async () => { given += JSON.stringify(await llm.chat({ messages })); });
  const streamed = await look("chat() streamed", async () => {
    for await (const chunk of await llm.chat({ messages, stream: true })) given += JSON.stringify(chunk);
  });
  const agents = await look("agent", async () => {
    for await (const event of agent({ llm, tools: [] }).runStream("hello")) given += JSON.stringify(event.data);
  });
  assert.deepEqual(whole, { usage: true, stop_reason: true });
  assert.deepEqual(streamed, { usage: false, stop_reason: false });
  assert.deepEqual(agents, { usage: false, stop_reason: false });
  assert.equal(told, 2);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
