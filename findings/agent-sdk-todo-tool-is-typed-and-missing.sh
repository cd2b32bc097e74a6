#!/usr/bin/env bash
# The task tool that the Agent SDK's types describe is not given to the model, and nothing says so.
#
# Expected: `sdk-tools.d.ts` of the Agent SDK describes `TodoWriteInput`, so that `tools: ["Read", "TodoWrite"]` offers
#   the model both; a name that is no tool would be an error or a warning.
# Happens: the model is offered Read alone. The init message, the stream and stderr say nothing of it. What the program
#   has today is four tools (TaskCreate, TaskGet, TaskUpdate, TaskList), which appear as soon as they are named; a host
#   that draws TodoWrite's list, as its older documents show, never gets one.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-29.
# Output seen: "TodoWrite is typed: true", "asked for Read TodoWrite: offered Read",
#   "asked for Read TaskCreate TaskGet TaskUpdate TaskList: offered Read TaskCreate TaskGet TaskList TaskUpdate".
# Way round: compare the init message's `tools` with what was asked for, and name the four.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";

const home = realpathSync(process.cwd());
for (const folder of ["config", "project"]) mkdirSync(join(home, folder));
const typed = readFileSync("node_modules/@anthropic-ai/claude-agent-sdk/sdk-tools.d.ts", "utf8");
console.log("TodoWrite is typed:", /interface TodoWriteInput/.test(typed));
assert.match(typed, /interface TodoWriteInput/);

// Answers every prompt with one word, and keeps the names of the tools that were offered.
let offered = [];
const service = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.method !== "POST") return response.end("{}");
  const { model, tools = [] } = JSON.parse(Buffer.concat(chunks).toString() || "{}");
  // A placeholder that is no tool stands first in every request.
  const names = tools.map(({ name }) => name).filter((name) => name !== "DeferredToolPlaceholder");
  if (names.length > offered.length) offered = names;
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, usage };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Yes" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

async function ask(tools) {
  offered = [];
  const complaints = [];
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: join(home, "config") },
    ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  const options = { cwd: join(home, "project"), env, tools, settingSources: [], stderr: (text) => complaints.push(text) };
  const heard = [];
  for await (const message of query({ prompt: "Hello", options })) heard.push(JSON.stringify(message));
  console.log(`asked for ${tools.join(" ")}: offered ${offered.toSorted().join(" ")}`);
  assert.doesNotMatch([...complaints, ...heard].join("\n"), /TodoWrite/);
  return offered.toSorted();
}

assert.deepEqual(await ask(["Read", "TodoWrite"]), ["Read"]);
const four = ["TaskCreate", "TaskGet", "TaskUpdate", "TaskList"];
assert.deepEqual(await ask(["Read", ...four]), ["Read", ...four].toSorted());
service.close();
JS
node probe.mjs
