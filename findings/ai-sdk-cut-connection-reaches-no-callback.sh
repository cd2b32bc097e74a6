#!/usr/bin/env bash
# A connection that breaks in the middle of an answer calls none of streamText()'s callbacks, and the browser's reply
# breaks off with it.
#
# Expected: the guide says of streamText() that "errors become part of the stream and are not thrown", and to log them
#   in `onError`. So trouble after the first words reaches `onError`, ends in an `error` part that the browser can
#   show, and `onEnd` still runs, to store the half answer and what it cost.
# Happens: that holds for an `error` event that the provider sends. Where the connection just breaks, as with a
#   proxy's time limit or a deploy, streamText() calls neither `onError` nor `onStepEnd` nor `onEnd` nor `onAbort`,
#   and the `onError` of toUIMessageStream() stays silent too. The body of the reply to the browser breaks off without
#   an error part. A log, a bill or a chat history that hangs on these callbacks never hears of the answer. Only the
#   `onEnd` of toUIMessageStream() runs, with the half message and no sign that it is half. consumeStream(), which the
#   guide adds "to ensure it runs to completion & triggers onEnd", resolves as if all were well.
# Version: ai 7.0.173, @ai-sdk/anthropic 4.0.105. Date: 2026-11-30.
# Output seen: "error event: onError, ui onError, ui onError, onStepEnd, onEnd, ui onEnd; body ends with [DONE]" and
#   "connection cut: ui onEnd; body broke: Failed to process successful response".
# Way round: pass `onError` to consumeStream() as well, which does hear of it. For the browser, read `result.stream`
#   through a generator that catches and then yields `{ type: "error", error }`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts ai@7.0.173 @ai-sdk/anthropic@4.0.105 zod@4.6.7 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createUIMessageStreamResponse, streamText, toUIMessageStream } from "ai";

globalThis.AI_SDK_LOG_WARNINGS = false;
let trouble;
const server = createServer((request, response) => {
  request.resume();
  const send = (event) => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream" });
  const usage = { input_tokens: 10, output_tokens: 1 };
  send({ type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model: "model", content: [], stop_reason: null, stop_sequence: null, usage } });
  send({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  send({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Half an ans" } });
  if (trouble === "connection cut") return setTimeout(() => response.destroy(), 100);
  send({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
  return response.end();
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const anthropic = createAnthropic({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: "key" });

function start(calls) {
  const note = (name) => () => { calls.push(name); };
  const callbacks = Object.fromEntries(["onError", "onStepEnd", "onEnd", "onAbort"].map((name) => [name, note(name)]));
  return streamText({ model: anthropic("model"), prompt: "hello", maxRetries: 0, ...callbacks });
}
async function reply(name) {
  trouble = name;
  const calls = [];
  let kept;
  const stream = toUIMessageStream({
    stream: start(calls).stream,
    onError: () => { calls.push("ui onError"); return "trouble"; },
    onEnd: ({ responseMessage }) => { calls.push("ui onEnd"); kept = responseMessage.parts.find(({ type }) => type === "text").text; },
  });
  let body = "";
  let broke = "no";
  try {
    for await (const chunk of createUIMessageStreamResponse({ stream }).body) body += new TextDecoder().decode(chunk);
  } catch (error) {
    broke = error.message;
  }
  const consumed = [];
  await start(consumed).consumeStream();
  const end = broke === "no" ? `body ends with ${body.trim().slice(-6)}` : `body broke: ${broke}`;
  console.log(`${name}: ${calls.join(", ")}; ${end}; error part: ${body.includes('"type":"error"')}; consumeStream() resolved after: ${consumed.join(", ") || "no call"}`);
  assert.equal(kept, "Half an ans");
  return { calls, body, broke, consumed };
}
try {
  console.log("version", JSON.parse(readFileSync("node_modules/ai/package.json", "utf8")).version);
  const told = await reply("error event");
  assert.deepEqual(new Set(told.calls), new Set(["onError", "ui onError", "onStepEnd", "onEnd", "ui onEnd"]));
  assert.match(told.body, /"type":"error"/);
  assert.equal(told.broke, "no");
  assert.deepEqual(told.consumed, ["onError", "onStepEnd", "onEnd"]);

  const cut = await reply("connection cut");
  assert.deepEqual(cut.calls, ["ui onEnd"]);
  assert.match(cut.body, /Half an ans/);
  assert.doesNotMatch(cut.body, /"type":"error"/);
  assert.notEqual(cut.broke, "no");
  assert.deepEqual(cut.consumed, []);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
