#!/usr/bin/env bash
# A tool call that the output limit cut in two comes out of the Anthropic SDK's stream helper as a tidy, smaller object.
#
# Expected: the pieces of a tool's input are joined and parsed at the end of the block; half a document is a parse error,
#   or at least a string.
# Happens: messages.stream() parses leniently at every stage, the last one included. It drops the unfinished value,
#   closes what was open and returns an ordinary `input`: an option that was being written is gone and takes its default,
#   a list is short, and the `contentBlock` event and finalMessage() give no mark. A schema with optional fields accepts
#   it. A last number is dropped even where its digits are all there. Only `stop_reason: "max_tokens"` on the message
#   tells, and it arrives after the block's event, so a tool started by that event has run on half an order.
# Version: @anthropic-ai/sdk 1.14.0. Date: 2026-11-29.
# Output seen: 'sent {"target":"/srv/old","dryRun":tru' gives 'input {"target":"/srv/old"}', 'sent {"keep":["a","b","c'
#   gives 'input {"keep":["a","b"]}', 'sent {"days":30,"limit":12' gives 'input {"days":30}', each without an error.
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

let sent = "";
const server = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "text/event-stream");
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "model", content: [], stop_reason: null, stop_sequence: null, usage };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "toolu_1", name: "clean_up", input: {} } },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: sent } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "max_tokens", stop_sequence: null }, usage: { output_tokens: 8 } },
    { type: "message_stop" },
  ];
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
try {
  const client = new Anthropic({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}`, maxRetries: 0 });
  const question = { model: "model", max_tokens: 8, messages: [{ role: "user", content: "hello" }] };
  console.log("version", VERSION);
  const cases = [
    ['{"target":"/srv/old","dryRun":tru', { target: "/srv/old" }],
    ['{"keep":["a","b","c', { keep: ["a", "b"] }],
    ['{"days":30,"limit":12', { days: 30 }],
  ];
  for (const [cut, input] of cases) {
    sent = cut;
    assert.throws(() => JSON.parse(cut), SyntaxError);
    const order = [];
    const stream = client.messages.stream(question);
    stream.on("contentBlock", (block) => order.push(["block", structuredClone(block.input)]));
    stream.on("streamEvent", (event) => event.type === "message_delta" && order.push(["stop", event.delta.stop_reason]));
    const final = await stream.finalMessage();
    console.log(`sent ${cut}  input ${JSON.stringify(final.content[0].input)}  ${final.stop_reason}`);
    assert.deepEqual(order, [["block", input], ["stop", "max_tokens"]]);
    assert.deepEqual({ ...final.content[0].input }, input);
  }
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
