#!/usr/bin/env bash
# Once OpenInference traces the Anthropic SDK, breaking out of a streamed answer no longer stops it: the model writes on
# to the end, and all of it is paid.
#
# Expected: a tracer only watches. With the SDK alone, leaving the loop over a stream closes the connection, so an answer
#   that nobody reads any more costs what was written so far. That is how a "first line only" or a stop button is built.
# Happens: the tracer splits the stream in two and reads the second half itself. Leaving the loop ends the caller's half
#   alone; the tracer's half goes on and keeps the connection open until the answer is whole. Nothing shows it: the loop
#   is left, the caller goes on, and the span looks like that of an answer that was wanted in full. With
#   `messages.stream()` the same break does stop the answer, since that helper aborts the request by itself.
# Version: @arizeai/openinference-instrumentation-anthropic 0.2.8, @anthropic-ai/sdk 1.14.0. Date: 2026-12-01.
# Output seen: "SDK alone: create() sent 3 of 20 pieces, stream() sent 3 of 20" and "traced: create() sent 20 of 20
#   pieces, stream() sent 3 of 20".
# Way round: call `stream.controller.abort()` before leaving the loop; that ends both halves.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @arizeai/openinference-instrumentation-anthropic@0.2.8 @anthropic-ai/sdk@1.14.0 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { AnthropicInstrumentation } from "@arizeai/openinference-instrumentation-anthropic";

const model = "claude-sonnet-4-6";
let sent;
let ended;
const server = createServer(async (request, response) => {
  request.resume();
  sent = 0;
  const gone = new AbortController();
  ended = new Promise((done) => response.on("close", () => { gone.abort(); done(); }));
  const send = (event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream" });
  const usage = { input_tokens: 10, output_tokens: 1 };
  send({ type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null, usage } });
  send({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  // A model writes piece by piece, and only for as long as somebody holds the connection.
  while (sent < 20 && !gone.signal.aborted) {
    send({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "word " } });
    sent += 1;
    await wait(100);
  }
  if (gone.signal.aborted) return;
  send({ type: "content_block_stop", index: 0 });
  send({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 20 } });
  send({ type: "message_stop" });
  response.end();
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const client = new Anthropic({ baseURL: `http://127.0.0.1:${server.address().port}`, apiKey: "key", maxRetries: 0 });
const body = { model, max_tokens: 100, messages: [{ role: "user", content: "hello" }] };

async function firstThree(events, leave = () => {}) {
  let pieces = 0;
  for await (const event of events) {
    if (event.type === "content_block_delta") pieces += 1;
    if (pieces === 3) {
      leave();
      break;
    }
  }
  await ended;
  return sent;
}
async function both(name) {
  const created = await firstThree(await client.messages.create({ ...body, stream: true }));
  const helper = await firstThree(client.messages.stream(body));
  console.log(`${name}: create() sent ${created} of 20 pieces, stream() sent ${helper} of 20`);
  return { created, helper };
}
try {
  const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
  console.log("versions", version("@arizeai/openinference-instrumentation-anthropic"), version("@anthropic-ai/sdk"));
  const alone = await both("SDK alone");
  new AnthropicInstrumentation().manuallyInstrument(Anthropic);
  const traced = await both("traced");
  const stream = await client.messages.create({ ...body, stream: true });
  const aborted = await firstThree(stream, () => stream.controller.abort());
  console.log(`traced, with abort(): create() sent ${aborted} of 20 pieces`);
  for (const count of [alone.created, alone.helper, traced.helper, aborted]) assert.ok(count < 10, `${count} pieces`);
  assert.equal(traced.created, 20);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
