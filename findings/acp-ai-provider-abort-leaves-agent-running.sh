#!/usr/bin/env bash
# Aborting a call of the AI SDK stops the reading only: the agent is never told, works on, and the next call runs into it.
#
# Expected: `abortSignal` reaches the agent as `session/cancel`, as the protocol has it for a prompt that is to end (ACP v1, "Cancellation"),
#   so that no tool runs and nothing is spent after the user pressed Stop, and the next prompt starts afresh.
# Happens: @mcpc-tech/acp-ai-provider never reads `abortSignal` and sends no `session/cancel`. The text stream ends as aborted; the agent goes
#   on to its end. What it asks then is answered by the provider's default, the first option, which is "allow": a tool that nobody waits
#   for any longer is permitted and runs. With `persistSession` the next call is a second prompt in a session that still answers.
# Version: @mcpc-tech/acp-ai-provider 0.2.9, ai 6.0.326, @agentclientprotocol/sdk 0.14.1. Date: 2026-11-29.
# Output seen: "aborted by the caller: true after 3 pieces", "the agent saw: prompt | prompt while one runs | asked: allow | end of turn |
#   asked: allow | end of turn".
# Way round: `provider.cleanup()` on abort, which ends the agent's process; take the session up again with `existingSessionId`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @mcpc-tech/acp-ai-provider@0.2.9 ai@6.0.326 @agentclientprotocol/sdk@0.14.1 >/dev/null

cat >agent.mjs <<'JS'
// An agent that tells a line every 50 ms for a second, then asks whether it may write; it stops where it is told to.
import { appendFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { AgentSideConnection, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";

const log = (line) => appendFileSync(process.env.AGENT_LOG, `${line}\n`);
const stopped = new Set();
let running = 0;
const agent = (client) => ({
  initialize: async () => ({ protocolVersion: PROTOCOL_VERSION, agentCapabilities: {} }),
  newSession: async () => ({ sessionId: "s1" }),
  authenticate: async () => ({}),
  cancel: async ({ sessionId }) => {
    log("cancel");
    stopped.add(sessionId);
  },
  prompt: async ({ sessionId }) => {
    log(running > 0 ? "prompt while one runs" : "prompt");
    running += 1;
    for (let line = 0; line < 20 && !stopped.has(sessionId); line += 1) {
      const content = { type: "text", text: `line ${line} ` };
      await client.sessionUpdate({ sessionId, update: { sessionUpdate: "agent_message_chunk", content } });
      await new Promise((done) => setTimeout(done, 50));
    }
    if (stopped.has(sessionId)) return { stopReason: "cancelled" };
    const options = [
      { optionId: "allow", kind: "allow_once", name: "Allow" },
      { optionId: "deny", kind: "reject_once", name: "No" },
    ];
    const toolCall = { toolCallId: "t1", title: "Write a file", kind: "edit", status: "pending" };
    const { outcome } = await client.requestPermission({ sessionId, toolCall, options });
    log(`asked: ${outcome.optionId ?? outcome.outcome}`);
    log("end of turn");
    running -= 1;
    return { stopReason: "end_turn" };
  },
});
new AgentSideConnection(agent, ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
JS

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createACPProvider } from "@mcpc-tech/acp-ai-provider";
import { generateText, streamText } from "ai";

writeFileSync("agent.log", "");
const lines = () => readFileSync("agent.log", "utf8").trim().split("\n");
for (const name of ["@mcpc-tech/acp-ai-provider", "ai", "@agentclientprotocol/sdk"]) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version);
}
const provider = createACPProvider({
  ...{ command: process.execPath, args: ["agent.mjs"], persistSession: true },
  env: { AGENT_LOG: `${process.cwd()}/agent.log` },
  session: { cwd: process.cwd(), mcpServers: [] },
});
const stop = new AbortController();
const model = provider.languageModel();
let aborted = false;
let pieces = 0;
const { fullStream } = streamText({ model, prompt: "Tell", tools: provider.tools, abortSignal: stop.signal });
for await (const { type } of fullStream) {
  if (type === "text-delta" && ++pieces === 3) stop.abort();
  if (type === "abort") aborted = true;
}
console.log("aborted by the caller:", aborted, "after", pieces, "pieces");
assert.ok(aborted && pieces < 15);
const second = generateText({ model, prompt: "Again", tools: provider.tools });
await second;
const seen = lines();
console.log(`the agent saw: ${seen.join(" | ")}`);
assert.ok(!seen.includes("cancel"), "no cancel");
assert.deepEqual(seen.slice(0, 2), ["prompt", "prompt while one runs"]);
assert.deepEqual(seen.filter((line) => line.startsWith("asked")), ["asked: allow", "asked: allow"]);
provider.cleanup();
JS
node probe.mjs
