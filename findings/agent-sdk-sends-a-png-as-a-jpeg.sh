#!/usr/bin/env bash
# The Agent SDK's program rewrites the pictures it is given, and tells the model, not the caller.
#
# Expected: an image block that the Messages API takes as it is (a PNG below 5 MB and 8,000 pixels) leaves as it came in.
# Happens: a PNG of 1.1 MB leaves as a JPEG, so its transparency and its exact pixels are gone; a small file of 3000 x 2000
#   pixels leaves as 2000 x 1333. A copy of the original is written below the temporary folder, and its path goes to the
#   model with a factor for coordinates. For a strip of 4500 x 100 pixels the sentence names another width than the picture
#   has that is sent with it. No message of the SDK says any of this, so what a caller shows or stores as "what the model
#   saw" is not that.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 with its own program. Date: 2026-11-29.
# Output seen: see `expected` below.
# Way round: make pictures smaller than 2000 pixels and a few hundred kilobytes yourself, and they pass unchanged.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { query } from "@anthropic-ai/claude-agent-sdk";

const home = realpathSync(process.cwd());

/** A valid PNG with transparency; of noise, which nothing compresses, or of one colour. */
function png(width, height, isNoise) {
  const bytes = height * (width * 4 + 1);
  const rows = isNoise ? randomBytes(bytes) : Buffer.alloc(bytes, 120);
  for (let row = 0; row < height; row += 1) rows[row * (width * 4 + 1)] = 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const part = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, part("IHDR", head), part("IDAT", deflateSync(rows)), part("IEND", Buffer.alloc(0))]);
}

function sizeOf(data, type) {
  if (type === "image/png") return `${data.readUInt32BE(16)} x ${data.readUInt32BE(20)}`;
  for (let at = 2; at < data.length; at += 2 + data.readUInt16BE(at + 2))
    if (data[at + 1] >= 0xc0 && data[at + 1] <= 0xc3) return `${data.readUInt16BE(at + 7)} x ${data.readUInt16BE(at + 5)}`;
  return "unknown";
}

let sent = [];
const service = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  if (request.method !== "POST") return response.end("{}");
  const { model, messages } = JSON.parse(body);
  sent = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const usage = { input_tokens: 1, output_tokens: 1 };
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type, data) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const message = { id: "msg_one", type: "message", role: "assistant", model, content: [], stop_reason: null, usage };
  send("message_start", { message });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  send("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Seen." } });
  send("content_block_stop", { index: 0 });
  send("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
});
await new Promise((resolve) => service.listen(0, "127.0.0.1", resolve));

const temporary = join(home, "temporary");
mkdirSync(temporary);
let turns = 0;
async function look(name, picture) {
  turns += 1;
  const folder = join(home, `project-${turns}`);
  mkdirSync(folder);
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, TMPDIR: temporary, CLAUDE_CONFIG_DIR: join(home, "config") },
    ...{ ANTHROPIC_BASE_URL: `http://127.0.0.1:${service.address().port}`, ANTHROPIC_API_KEY: "none" },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  const source = { type: "base64", media_type: "image/png", data: picture.toString("base64") };
  async function* prompt() {
    yield { type: "user", parent_tool_use_id: null, message: { role: "user", content: [{ type: "image", source }] } };
  }
  let told = "";
  const options = { cwd: folder, env, tools: [], settingSources: [], model: "claude-sonnet-5-5" };
  for await (const message of query({ prompt: prompt(), options })) told += JSON.stringify(message);
  const image = sent.find(({ type }) => type === "image").source;
  const data = Buffer.from(image.data, "base64");
  const note = sent.map(({ text = "" }) => /^\[Image: source: ([^,\]]+)(?:.*displayed at (\d+x\d+))?/.exec(text)).find(Boolean);
  const line = [
    `${name}: ${image.media_type} of ${sizeOf(data, image.media_type)}`,
    data.equals(picture) ? "unchanged" : "changed",
    `the model reads of ${note[2] ?? "no other size"}`,
    existsSync(note[1]) ? "a copy is on the disk" : "no copy is on the disk",
    /jpeg|displayed at|Image: source/.test(told) ? "the caller is told" : "the caller is not told",
  ].join(", ");
  console.log(line);
  return line;
}

const common = "a copy is on the disk, the caller is not told";
const expected = [
  `1000 x 500 of one colour: image/png of 1000 x 500, unchanged, the model reads of no other size, ${common}`,
  `900 x 300 of noise: image/jpeg of 900 x 300, changed, the model reads of no other size, ${common}`,
  `3000 x 2000 of one colour: image/png of 2000 x 1333, changed, the model reads of 2000x1333, ${common}`,
];
assert.deepEqual(
  [
    await look("1000 x 500 of one colour", png(1000, 500, false)),
    await look("900 x 300 of noise", png(900, 300, true)),
    await look("3000 x 2000 of one colour", png(3000, 2000, false)),
  ],
  expected,
);
const strip = await look("4500 x 100 of one colour", png(4500, 100, false));
const [, width, named] = /of (\d+) x .* reads of (\d+)x/.exec(strip);
assert.notEqual(width, named);
service.close();
JS
node probe.mjs
