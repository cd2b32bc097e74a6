#!/usr/bin/env bash
# The Agent SDK's history of a session leaves out what was sent together with a slash command.
#
# Expected: a user message of a picture and a text comes back from getSessionMessages() as it was sent, whatever the text says.
# Happens: it does for a plain question. Where the text calls a command of the project (.claude/commands), the model gets the
#   picture, but the history has one message with the command's name and arguments and nothing else. The picture, and any
#   other text of that message, is in the session's file in a line of its own, together with the command's own prompt; that
#   line is marked `isMeta`, and the SDK's reader gives none of those. A chat that is drawn from the history after a reload has lost
#   the picture, and the answer is about something that is not there. The model reads the parts in another order than they
#   were sent, too: the picture comes after the command.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-30.
# Output seen: see `expected` below.
# Way round: keep what you send beside a command yourself, by the session's id.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { globSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { getSessionMessages, query } from "@anthropic-ai/claude-agent-sdk";

const home = realpathSync(process.cwd());
const config = join(home, "config");
// The reader of the history looks there as well.
process.env.CLAUDE_CONFIG_DIR = config;

/** What a message consists of, in short: types, and the beginning of the texts in which a command or a question is. */
function parts(content) {
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  return blocks.flatMap(({ type, text = "" }) => {
    if (type !== "text") return [type];
    if (text.includes("<command-name>/look")) return ["the command"];
    return /^(What|Also|Look)/.test(text) ? [text.trim()] : [];
  });
}

let sent = [];
const service = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  if (request.method !== "POST") return response.end("{}");
  const { model, messages } = JSON.parse(body);
  sent = messages.filter(({ role }) => role === "user").flatMap(({ content }) => parts(content));
  const usage = { input_tokens: 1, output_tokens: 1 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of [
    { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model, content: [], usage } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "A red square." } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ])
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

const project = join(home, "project");
mkdirSync(join(project, ".claude/commands"), { recursive: true });
writeFileSync(join(project, ".claude/commands/look.md"), "Look at it: $ARGUMENTS\n");

/** One turn in a session of its own: what the model got of it, and what the history has. */
async function turn(content) {
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, TMPDIR: home, CLAUDE_CONFIG_DIR: config },
    ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  async function* input() {
    yield { type: "user", message: { role: "user", content }, parent_tool_use_id: null };
  }
  let id = "";
  const options = { cwd: project, env, settingSources: ["project"], maxTurns: 1, tools: [] };
  for await (const message of query({ prompt: input(), options })) id = message.session_id ?? id;
  const history = await getSessionMessages(id, { dir: project });
  const [file] = globSync(join(config, `projects/*/${id}.jsonl`));
  const lines = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const ofUser = (entries) =>
    entries.filter(({ type }) => type === "user").map(({ message }) => parts(message.content)).filter(({ length }) => length > 0);
  return { model: sent, history: ofUser(history), hidden: ofUser(lines.filter(({ isMeta }) => isMeta)) };
}

// A red square of 8 x 8 pixels.
const data =
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC";
const picture = { type: "image", source: { type: "base64", media_type: "image/png", data } };
const text = (words) => ({ type: "text", text: words });

const seen = {
  question: await turn([picture, text("Also this."), text("What is it?")]),
  command: await turn([picture, text("Also this."), text("/look the colour")]),
};
console.log(JSON.stringify(seen, null, 1));
const expected = {
  question: {
    model: ["image", "Also this.", "What is it?"],
    history: [["image", "Also this.", "What is it?"]],
    hidden: [],
  },
  command: {
    model: ["the command", "image", "Also this.", "Look at it: the colour"],
    history: [["the command"]],
    hidden: [["image", "Also this.", "Look at it: the colour"]],
  },
};
assert.deepEqual(seen, expected);
service.close();
process.exit(0);
JS
node probe.mjs
echo "as stated"
