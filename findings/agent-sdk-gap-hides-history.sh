#!/usr/bin/env bash
# One lost line in a session file hides everything before it, and a fork hides what was answered in the other branch.
#
# Expected: getSessionMessages() of the Agent SDK returns the messages that are in the session's JSONL file; a line that
#   was never written (a full disk, a crash) is missing, the others are there. There is one file, so one history.
# Happens: the file is read as a chain of parents from the end of the last branch backwards. A parent that is not there
#   ends the walk without a word: with the third of six lines missing, lines one and two are on the disk and not in the
#   answer. After two runs resumed from the same point, only the branch written last is returned, and one more line in
#   the other branch swaps which half is visible. `listSessions()` still shows the first question as the title.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 (the JavaScript alone, no program). Date: 2026-11-29.
# Output seen: "whole: one two three four five six", "third line missing: four five six",
#   "fork: one two seven eight", "fork, then one line in the first branch: one two three four five six nine".
# Way round: to show or index a history, read the file by order and treat the chain as a hint.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --omit=optional @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const home = realpathSync(process.cwd());
const folder = join(home, "project");
process.env.CLAUDE_CONFIG_DIR = join(home, "config");
const sessionId = "11111111-1111-4111-8111-111111111111";
const place = join(home, "config", "projects", folder.replace(/[^a-zA-Z0-9]/g, "-"));
mkdirSync(folder);
mkdirSync(place, { recursive: true });
const { getSessionMessages, listSessions } = await import("@anthropic-ai/claude-agent-sdk");

const words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const uuid = (number) => (number === 0 ? null : `00000000-0000-4000-8000-00000000000${number}`);
function line(number, parent) {
  const type = number % 2 === 1 ? "user" : "assistant";
  const text = words[number];
  const usage = { input_tokens: 1, output_tokens: 1 };
  const reply = { id: `msg_${number}`, type: "message", role: type, model: "model", stop_reason: "end_turn", usage };
  const message = type === "user" ? { role: type, content: text } : { ...reply, content: [{ type: "text", text }] };
  const common = { isSidechain: false, userType: "external", cwd: folder, sessionId, version: "2.1.332" };
  const timestamp = `2026-11-01T00:00:0${number}.000Z`;
  return JSON.stringify({ ...common, parentUuid: uuid(parent), type, uuid: uuid(number), timestamp, message });
}
async function history(label, lines) {
  writeFileSync(join(place, `${sessionId}.jsonl`), `${lines.join("\n")}\n`);
  const messages = await getSessionMessages(sessionId, { dir: folder });
  const texts = messages.map(({ message: { content } }) => (typeof content === "string" ? content : content[0].text));
  console.log(`${label}: ${texts.join(" ")}`);
  return texts.join(" ");
}

console.log("version", JSON.parse(readFileSync("node_modules/@anthropic-ai/claude-agent-sdk/package.json", "utf8")).version);
const straight = [1, 2, 3, 4, 5, 6].map((number) => line(number, number - 1));
const fork = [...straight, line(7, 2), line(8, 7)];
assert.equal(await history("whole", straight), "one two three four five six");
assert.equal(await history("third line missing", straight.toSpliced(2, 1)), "four five six");
assert.equal((await listSessions({ dir: folder }))[0].firstPrompt, "one");
assert.equal(await history("fork", fork), "one two seven eight");
const swapped = await history("fork, then one line in the first branch", [...fork, line(9, 6)]);
assert.equal(swapped, "one two three four five six nine");
JS
node probe.mjs
