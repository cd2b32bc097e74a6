#!/usr/bin/env bash
# Agent SDK on Linux: with the sandbox on, each start of the program runs npm and waits for it.
#
# Expected: the program is one executable, and what its sandbox needs of the system is bubblewrap and socat. Starting it
#   starts nothing else.
# Happens: each start runs `npm root -g` in a shell, which is one Node more. By the program's text it looks in npm's
#   global folder for a helper of its sandbox; why there, while it names itself as that helper elsewhere, was not found
#   out. `initialize` is not answered before npm has answered: an npm that takes three seconds makes the first answer three
#   seconds later. Without the sandbox npm is not run.
# Version: @anthropic-ai/claude-agent-sdk 0.3.332 (program 2.1.332), Linux x64, Node 24.21.0. Date: 2026-11-30.
# Output seen: "sandbox off: npm calls []", "sandbox on: npm calls [root -g]", "sandbox on, npm takes 3 s: ready after
#   3 s or more: true".
# Way round: none in the options. Keep a program ready before it is asked for, and count its child processes when you end
#   it early. A PATH without npm saves the time, where the agent needs no npm.
set -euo pipefail
[ "$(uname -s)" = Linux ] || { echo "This is about Linux." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --loglevel=error --no-audit --no-fund @anthropic-ai/claude-agent-sdk@0.3.332 >/dev/null

# An npm that writes down what it is asked, and answers as slowly as it is told.
mkdir bin
cat >bin/npm <<'SH'
#!/bin/sh
echo "$*" >>"$NPM_CALLS"
sleep "$NPM_TAKES"
echo /usr/lib/node_modules
SH
chmod +x bin/npm

cat >probe.mjs <<'JS'
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { query } from "@anthropic-ai/claude-agent-sdk";

/** Starts the program, asks it nothing, and says what npm was asked and after how many milliseconds the program was ready. */
async function start(sandbox, npmTakes) {
  const place = mkdtempSync(join(process.cwd(), "run-"));
  const calls = join(place, "npm-calls");
  const done = Promise.withResolvers();
  const running = query({
    prompt: (async function* () { await done.promise; })(),
    options: {
      cwd: place,
      settingSources: [],
      sandbox,
      env: {
        PATH: `${join(process.cwd(), "bin")}:${process.env.PATH}`, HOME: place, CLAUDE_CONFIG_DIR: join(place, "config"),
        ANTHROPIC_BASE_URL: "http://127.0.0.1:9", ANTHROPIC_AUTH_TOKEN: "none", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        NPM_CALLS: calls, NPM_TAKES: String(npmTakes),
      },
    },
  });
  const begunAt = performance.now();
  await running.initializationResult();
  const readyMs = performance.now() - begunAt;
  done.resolve();
  for await (const _ of running);
  return { readyMs, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
}

const off = await start({ enabled: false }, 0);
console.log(`sandbox off: npm calls [${off.calls}], ready after ${off.readyMs.toFixed(0)} ms`);
const on = await start({ enabled: true }, 0);
console.log(`sandbox on: npm calls [${on.calls}], ready after ${on.readyMs.toFixed(0)} ms`);
const slow = await start({ enabled: true }, 3);
console.log(`sandbox on, npm takes 3 s: ready after 3 s or more: ${slow.readyMs >= 3_000} (${slow.readyMs.toFixed(0)} ms)`);
assert.deepEqual(off.calls, []);
assert.deepEqual(on.calls, ["root -g"]);
assert.ok(off.readyMs < 3_000 && on.readyMs < 3_000);
assert.ok(slow.readyMs >= 3_000);
JS
node probe.mjs
