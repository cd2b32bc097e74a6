#!/usr/bin/env bash
# The Agent SDK's rewind of files overwrites what a user changed since, and reaches outside the working folder.
#
# Expected: `rewindFiles` undoes the agent's edits; a file that somebody else changed afterwards is a conflict, reported by
#   the dry run at least, and files outside `cwd` are left alone or told apart.
# Happens: both files are listed alike and both are put back. The line that the user wrote after the agent was done is gone,
#   and neither the dry run nor the answer says that a file was no longer as the agent had left it.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-29.
# Output seen: "dry run: canRewind true, 2 files, conflicts named: no", "inside after rewinding: before",
#   "outside after rewinding: before".
# Way round: look at the files yourself between the dry run and the rewind, and refuse where one lies outside.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";

const home = realpathSync(process.cwd());
const project = join(home, "project");
mkdirSync(project);
const files = [join(project, "inside.txt"), join(home, "outside.txt")];
for (const file of files) writeFileSync(file, "before\n");

// The model reads both files, edits both, and is done.
const calls = ["Read", "Edit"].flatMap((name) =>
  files.map((file_path) => ({
    name,
    input: name === "Read" ? { file_path } : { file_path, old_string: "before", new_string: "after" },
  })),
);
const service = createServer(async (request, response) => {
  for await (const _ of request);
  if (request.method !== "POST") return response.end("{}");
  const call = calls.shift();
  const block = call === undefined ? { type: "text", text: "" } : { type: "tool_use", id: `t${calls.length}`, name: call.name, input: {} };
  const delta = call === undefined ? { type: "text_delta", text: "Done" } : { type: "input_json_delta", partial_json: JSON.stringify(call.input) };
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: `msg_${calls.length}`, type: "message", role: "assistant", model: "claude-sonnet-5-5", content: [], stop_reason: null, usage };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: call === undefined ? "end_turn" : "tool_use", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

const uuid = randomUUID();
let finish;
const finished = new Promise((resolve) => (finish = resolve));
async function* prompt() {
  yield { type: "user", uuid, session_id: "", parent_tool_use_id: null, message: { role: "user", content: "Change both" } };
  await finished;
}
const running = query({
  prompt: prompt(),
  options: {
    cwd: project,
    env: {
      ...{ PATH: process.env.PATH, HOME: home, CLAUDE_CONFIG_DIR: join(home, "config") },
      ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    },
    ...{ tools: ["Read", "Edit"], settingSources: [], enableFileCheckpointing: true },
    canUseTool: async (_name, input) => ({ behavior: "allow", updatedInput: input }),
  },
});
for await (const message of running) {
  if (message.type !== "result") continue;
  for (const file of files) assert.equal(readFileSync(file, "utf8"), "after\n");
  appendFileSync(files[0], "a line of the user\n");
  const would = await running.rewindFiles(uuid, { dryRun: true });
  const named = /conflict|modif|changed since|outside/i.test(JSON.stringify({ ...would, filesChanged: [] })) ? "yes" : "no";
  console.log(`dry run: canRewind ${would.canRewind}, ${would.filesChanged.length} files, conflicts named: ${named}`);
  await running.rewindFiles(uuid);
  const [inside, outside] = files.map((file) => readFileSync(file, "utf8").trim().replaceAll("\n", " | "));
  console.log(`inside after rewinding: ${inside}\noutside after rewinding: ${outside}`);
  assert.deepEqual([would.canRewind, would.filesChanged.length, named], [true, 2, "no"]);
  assert.deepEqual([inside, outside], ["before", "before"]);
  finish();
}
service.close();
JS
node probe.mjs
