#!/usr/bin/env bash
# An answer that is complete counts as failed where it was the one that spent the Agent SDK's budget.
#
# Expected: `maxBudgetUsd` keeps the next call from being made once it is spent; a turn whose only call ended with
#   `end_turn` has nothing left to stop, so it is a success with its text, or at least a result that holds the text.
# Happens: the result is `error_max_budget_usd` without `result`, and the iteration throws after it, although the same
#   result says `stop_reason: end_turn` and the whole text had come as an assistant message. The call itself is not held:
#   it cost twice the budget. Reaching the budget exactly is enough.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-29.
# Output seen: "budget 1, cost 0.01: success, end_turn, threw no, text in result yes",
#   "budget 0.5, cost 1.00: error_max_budget_usd, end_turn, threw yes, text in result no".
# Way round: keep the text of the assistant messages, and where the subtype is `error_max_budget_usd` and the stop reason
#   is `end_turn`, take the answer for whole.
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
const answer = "The sum is four.";
// Sonnet's list price is $10 for a million output tokens.
let outputTokens = 0;
const service = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.method !== "POST") return response.end("{}");
  const { model } = JSON.parse(body);
  const begun = { id: "msg_sum", type: "message", role: "assistant", model, content: [], stop_reason: null };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  send("message_start", { message: { ...begun, usage: { input_tokens: 1, output_tokens: 1 } } });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  send("content_block_delta", { index: 0, delta: { type: "text_delta", text: answer } });
  send("content_block_stop", { index: 0 });
  const delta = { stop_reason: "end_turn", stop_sequence: null };
  send("message_delta", { delta, usage: { input_tokens: 1, output_tokens: outputTokens } });
  send("message_stop", {});
  response.end();
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

async function spend(tokens, maxBudgetUsd) {
  outputTokens = tokens;
  const folder = join(home, `project-${maxBudgetUsd}`);
  mkdirSync(folder);
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: join(home, "config") },
    ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  const options = { cwd: folder, env, tools: [], settingSources: [], model: "claude-sonnet-5-5", maxBudgetUsd };
  let said = "";
  let result = null;
  let threw = "no";
  try {
    for await (const message of query({ prompt: "What is two and two?", options })) {
      if (message.type === "assistant") for (const block of message.message.content) said += block.text ?? "";
      if (message.type === "result") result = message;
    }
  } catch {
    threw = "yes";
  }
  assert.equal(said, answer);
  const { subtype, stop_reason: stop, total_cost_usd: cost } = result;
  const holds = result.result === answer ? "yes" : "no";
  const line = `${subtype}, ${stop}, threw ${threw}, text in result ${holds}`;
  console.log(`budget ${maxBudgetUsd}, cost ${cost.toFixed(2)}: ${line}`);
  return line;
}

assert.equal(await spend(1_000, 1), "success, end_turn, threw no, text in result yes");
assert.equal(await spend(100_000, 0.5), "error_max_budget_usd, end_turn, threw yes, text in result no");
service.close();
JS
node probe.mjs
