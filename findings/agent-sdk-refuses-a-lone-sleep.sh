#!/usr/bin/env bash
# The Agent SDK's program refuses a Bash call that is nothing but a sleep, unless background tasks are switched off.
#
# Expected: a Bash call with a valid input that the permission callback has allowed is run; an environment variable that
#   switches off background tasks decides about `run_in_background` alone.
# Happens: `sleep 30` is answered with a tool error that begins "Blocked: standalone sleep 30" and never runs. The error
#   sends the model to a tool, Monitor, which this session does not offer. `sleep 5` runs, and so does `sleep 30` with a
#   command before it. With CLAUDE_CODE_DISABLE_BACKGROUND_TASKS=1 `sleep 30` runs too. So whether a command may be run
#   changes with a switch about something else.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-29.
# Output seen: "background tasks on: sleep 30 refused, sleep 5 ran, echo before; sleep 30 ran",
#   "background tasks off: sleep 30 ran, sleep 5 ran, echo before; sleep 30 ran".
# Way round: let something come before the sleep, or switch background tasks off.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { mkdirSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";

const home = realpathSync(process.cwd());
let command = "";
let outcome = "";
/** Asks for the command once, for a second and a half of it, and ends when its result has come. */
const service = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.method !== "POST") return response.end("{}");
  const { model, messages } = JSON.parse(body);
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const result = blocks.find(({ type }) => type === "tool_result");
  if (result) outcome = typeof result.content === "string" ? result.content : JSON.stringify(result.content);
  const call = { type: "tool_use", id: "toolu_one", name: "Bash", input: {} };
  const block = result ? { type: "text", text: "" } : call;
  const delta = result
    ? { type: "text_delta", text: "Done." }
    : { type: "input_json_delta", partial_json: JSON.stringify({ command, description: "Waits", timeout: 1500 }) };
  const usage = { input_tokens: 1, output_tokens: 1 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const message = { id: "msg_one", type: "message", role: "assistant", model, content: [], stop_reason: null, usage };
  send("message_start", { message });
  send("content_block_start", { index: 0, content_block: block });
  send("content_block_delta", { index: 0, delta });
  send("content_block_stop", { index: 0 });
  send("message_delta", { delta: { stop_reason: result ? "end_turn" : "tool_use", stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

let turns = 0;
async function run(line, more) {
  command = line;
  outcome = "";
  turns += 1;
  const folder = join(home, `project-${turns}`);
  mkdirSync(folder);
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: join(home, "config") },
    ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    ...more,
  };
  const canUseTool = async (_name, input) => ({ behavior: "allow", updatedInput: input });
  const options = { cwd: folder, env, tools: ["Bash"], settingSources: [], model: "claude-sonnet-5-5", canUseTool };
  for await (const _ of query({ prompt: "Wait.", options }));
  return /Blocked: standalone sleep/.test(outcome) ? "refused" : "ran";
}

async function lineOf(words, more) {
  const commands = ["sleep 30", "sleep 5", "echo before; sleep 30"];
  const parts = [];
  for (const each of commands) parts.push(`${each} ${await run(each, more)}`);
  const line = `${words}: ${parts.join(", ")}`;
  console.log(line);
  return line;
}

assert.equal(
  await lineOf("background tasks on", {}),
  "background tasks on: sleep 30 refused, sleep 5 ran, echo before; sleep 30 ran",
);
assert.equal(
  await lineOf("background tasks off", { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" }),
  "background tasks off: sleep 30 ran, sleep 5 ran, echo before; sleep 30 ran",
);
service.close();
JS
node probe.mjs
