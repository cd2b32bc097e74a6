#!/usr/bin/env bash
# After a prompt that failed, the ACP SDK puts the failed turn's text in front of the next answer.
#
# Expected: a session of the ACP client helper belongs to one turn at a time. A prompt that the agent answers with an
#   error is over; the client catches it, sends the prompt again, and readText() gives the answer to that second
#   prompt.
# Happens: updates go into one queue for the whole session. prompt() takes the failed turn's error out of the queue
#   and leaves that turn's text in it. readText() runs to the next end of a turn, which is the end of the second one,
#   so it returns the half answer and the whole one as one string, and nothing marks the seam. A second failure adds
#   its text too. nextUpdate() gives the same updates in the same order: no update says which prompt it answers.
#   Without a failure `await prompt()` and then readText() works, so the pattern looks right until the first
#   overloaded model.
# Version: @agentclientprotocol/sdk 2.4.0. Date: 2026-11-30.
# Output seen: 'one failure: "The bridge is sThe bridge is safe."', 'two failures: "The bridge is sThe bridge is sThe
#   bridge is safe."', and for a prompt that worked at once '"The bridge is safe."'.
# Way round: after a prompt that failed, call readText() and drop its error, or nextUpdate() until it rejects, before
#   the next prompt().
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @agentclientprotocol/sdk@2.4.0 zod@4.6.7 >/dev/null

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as acp from "@agentclientprotocol/sdk";

let failures = 0;
const agent = acp
  .agent({ name: "agent" })
  .onRequest(acp.methods.agent.initialize, () => ({ protocolVersion: 1, agentCapabilities: {} }))
  .onRequest(acp.methods.agent.session.new, () => ({ sessionId: "session" }))
  .onRequest(acp.methods.agent.session.prompt, async ({ client, params: { sessionId } }) => {
    const say = (text) => {
      const update = { sessionUpdate: "agent_message_chunk", content: { type: "text", text } };
      return client.notify(acp.methods.client.session.update, { sessionId, update });
    };
    await say("The bridge is s");
    if (failures > 0) {
      failures -= 1;
      throw new acp.RequestError(-32603, "the model is overloaded");
    }
    await say("afe.");
    return { stopReason: "end_turn" };
  });

const there = new TransformStream();
const back = new TransformStream();
agent.connect(acp.ndJsonStream(back.writable, there.readable));
const question = "Is the bridge safe?";

await acp.client({ name: "client" }).connectWith(acp.ndJsonStream(there.writable, back.readable), async (connection) => {
  console.log("version", JSON.parse(readFileSync("node_modules/@agentclientprotocol/sdk/package.json", "utf8")).version);
  await connection.request(acp.methods.agent.initialize, { protocolVersion: 1, clientCapabilities: {} });

  async function ask(times, clear) {
    failures = times;
    return connection.buildSession("/").withSession(async (session) => {
      for (;;) {
        try {
          await session.prompt(question);
          return await session.readText();
        } catch (error) {
          assert.match(error.message, /overloaded/);
          if (clear) await session.readText().catch(() => {});
        }
      }
    });
  }
  const cases = [
    ["no failure", 0, false, "The bridge is safe."],
    ["one failure", 1, false, "The bridge is sThe bridge is safe."],
    ["two failures", 2, false, "The bridge is sThe bridge is sThe bridge is safe."],
    ["one failure, queue emptied", 1, true, "The bridge is safe."],
  ];
  for (const [name, times, clear, expected] of cases) {
    const answer = await ask(times, clear);
    console.log(`${name}: ${JSON.stringify(answer)}`);
    assert.equal(answer, expected);
  }
});
process.exit(0);
JS
node probe.mjs
