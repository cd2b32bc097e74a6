#!/usr/bin/env bash
# A streamed answer with a web search is counted at a quarter of its input by LangChain and by PostHog; the same answer
# without streaming is counted right.
#
# Expected: the API gives the first counts in `message_start` and, its guide says, cumulative ones in `message_delta`.
#   Streaming changes how an answer arrives and not what it cost, so both libraries report the same for both ways, as
#   the SDK's own finalMessage() does.
# Happens: while the model searches, the pages it reads become input, so `message_delta` names far more input than
#   `message_start` did. LangChain takes the input of the first and the output of both, which it adds up: the input of
#   the search is lost and the first output tokens count twice. PostHog takes the last output and the first input; the
#   right number lies beside it in its raw `$ai_usage`. Each cost or limit that is built on these numbers is too low,
#   and only for answers that search, which are the dear ones.
# Version: @langchain/anthropic 1.5.11, @langchain/core 1.4.0, @posthog/ai 8.13.1, posthog-node 5.70.0,
#   @anthropic-ai/sdk 0.125.0. Date: 2026-12-01.
# Output seen, with the counts of the API guide's own example: "LangChain invoke(): 10682 in, 510 out", "LangChain
#   stream(): 2679 in, 513 out", "PostHog create(): 10682 in, 510 out", "PostHog create() streamed: 2679 in, 510 out",
#   "SDK finalMessage(): 10682 in, 510 out".
# Way round: in LangChain, ask without streaming where an answer may search. In PostHog, copy the number out of
#   `$ai_usage` in `before_send`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @langchain/anthropic@1.5.11 @langchain/core@1.4.0 >/dev/null
mkdir posthog
echo '{"private":true,"type":"module"}' >posthog/package.json
(cd posthog && npm install --loglevel=error --no-audit --no-fund --ignore-scripts @posthog/ai@8.13.1 posthog-node@5.70.0 @anthropic-ai/sdk@0.125.0 >/dev/null)

cat >posthog/client.mjs <<'JS'
import { Anthropic } from "@posthog/ai/anthropic";
import { PostHog } from "posthog-node";

export function tracedClient(options) {
  const events = [];
  // Each event ends here: what before_send() answers with null is not sent anywhere.
  const keep = (event) => {
    events.push(event.properties);
    return null;
  };
  const posthog = new PostHog("key", { before_send: keep });
  return { client: new Anthropic({ ...options, posthog }), events };
}
JS

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { ChatAnthropic } from "@langchain/anthropic";
import { tracedClient } from "./posthog/client.mjs";

const model = "claude-sonnet-4-6";
const first = { input_tokens: 2679, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 3 };
const last = { ...first, input_tokens: 10682, output_tokens: 510, server_tool_use: { web_search_requests: 1 } };
const found = { type: "web_search_result", title: "Weather", url: "https://example.com/", encrypted_content: "text", page_age: null };
const content = [
  { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "weather" } },
  { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [found] },
  { type: "text", text: "It is sunny." },
];
const message = { id: "msg_1", type: "message", role: "assistant", model, stop_sequence: null };
const pieces = {
  server_tool_use: (block) => [{ ...block, input: {} }, { type: "input_json_delta", partial_json: JSON.stringify(block.input) }],
  web_search_tool_result: (block) => [block],
  text: (block) => [{ ...block, text: "" }, { type: "text_delta", text: block.text }],
};
const server = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  if (!JSON.parse(text).stream) {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ ...message, content, stop_reason: "end_turn", usage: last }));
  }
  const events = [{ type: "message_start", message: { ...message, content: [], stop_reason: null, usage: first } }];
  for (const [index, block] of content.entries()) {
    const [content_block, delta] = pieces[block.type](block);
    events.push({ type: "content_block_start", index, content_block });
    if (delta) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  events.push({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: last }, { type: "message_stop" });
  response.writeHead(200, { "content-type": "text/event-stream" });
  return response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const baseURL = `http://127.0.0.1:${server.address().port}`;
const tools = [{ type: "web_search_20250305", name: "web_search", max_uses: 1 }];

const seen = [];
function note(name, input, output) {
  console.log(`${name}: ${input} in, ${output} out`);
  seen.push([input, output]);
}
try {
  const version = (path) => JSON.parse(readFileSync(`${path}/package.json`, "utf8")).version;
  console.log("versions", ...["node_modules/@langchain/anthropic", "node_modules/@langchain/core", "posthog/node_modules/@posthog/ai"].map(version));

  const chat = new ChatAnthropic({ model, apiKey: "key", anthropicApiUrl: baseURL, maxRetries: 0 }).bindTools(tools);
  const whole = (await chat.invoke("weather?")).usage_metadata;
  note("LangChain invoke()", whole.input_tokens, whole.output_tokens);
  let joined;
  for await (const chunk of await chat.stream("weather?")) joined = joined ? joined.concat(chunk) : chunk;
  note("LangChain stream()", joined.usage_metadata.input_tokens, joined.usage_metadata.output_tokens);

  const { client, events } = tracedClient({ baseURL, apiKey: "key", maxRetries: 0 });
  const body = { model, max_tokens: 1000, messages: [{ role: "user", content: "weather?" }], tools };
  await client.messages.create(body);
  const final = await client.messages.stream(body).finalMessage();
  for (let tries = 0; events.length < 2 && tries < 100; tries += 1) await wait(50);
  note("PostHog create()", events[0].$ai_input_tokens, events[0].$ai_output_tokens);
  note("PostHog create() streamed", events[1].$ai_input_tokens, events[1].$ai_output_tokens);
  note("PostHog streamed, raw $ai_usage", events[1].$ai_usage.input_tokens, events[1].$ai_usage.output_tokens);
  note("SDK finalMessage()", final.usage.input_tokens, final.usage.output_tokens);
  const right = [10682, 510];
  assert.deepEqual(seen, [right, [2679, 513], right, [2679, 510], right, right]);
} finally {
  server.close();
  server.closeAllConnections();
}
JS
node probe.mjs
