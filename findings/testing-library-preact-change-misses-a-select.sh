#!/usr/bin/env bash
# Testing Library's fireEvent.change never reaches a <select> drawn by preact/compat.
#
# Expected: `fireEvent.change(field, { target: { value } })` does what a browser does when a person changes a field, for text
#   fields and for lists of options alike, since Preact's own team names this package for testing, and a component that
#   is written for React may run on preact/compat unchanged.
# Happens: once anything was drawn through preact/compat in the process, the helper sends `input` under the name of `change`.
#   A text field takes that, because preact/compat listens for `input` there. A select and a checkbox listen for `change`,
#   as in the browser, and hear nothing: no error, and their handlers never run. Before the first component of
#   preact/compat the same call on the same list works, so the order of tests decides.
# Version: @testing-library/preact 3.2.4, preact 11.2.0 (and 10.29.8). Date: 2026-11-29.
# Output seen: see `expected` below.
# Way round: set the value and send the browser's event: fireEvent(select, new Event('change', { bubbles: true })).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >probe.mjs <<'JS'
import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document, Event: window.Event });
const { h } = await import("preact");
const { fireEvent, render, cleanup } = await import("@testing-library/preact");

/** Which of these fields told its handler of a change. */
function changed(createElement) {
  const heard = [];
  const onChange = ({ currentTarget }) => heard.push(currentTarget.dataset.testid);
  const options = ["a", "b"].map((value) => createElement("option", { value, key: value }, value));
  const fields = [
    createElement("input", { "data-testid": "text", onChange, key: 1 }),
    createElement("textarea", { "data-testid": "textarea", onChange, key: 2 }),
    createElement("input", { "data-testid": "checkbox", type: "checkbox", onChange, key: 4 }),
    createElement("select", { "data-testid": "select", onChange, key: 3 }, options),
  ];
  const { getByTestId } = render(createElement("form", null, fields));
  for (const name of ["text", "textarea", "checkbox", "select"]) fireEvent.change(getByTestId(name), { target: { value: "b" } });
  cleanup();
  return heard.join(" ") || "none";
}

console.log(`before preact/compat: ${changed(h)}`);
const { createElement } = await import("preact/compat");
console.log(`after preact/compat: ${changed(createElement)}`);
JS

expected='before preact/compat: text textarea checkbox select
after preact/compat: text textarea'

for preact in 11.2.0 10.29.8; do
  rm -rf node_modules package-lock.json
  echo '{"private":true,"type":"module"}' >package.json
  npm install --loglevel=error --no-audit --no-fund --ignore-scripts \
    "preact@$preact" @testing-library/preact@3.2.4 happy-dom@21.0.4 >/dev/null
  seen=$(node probe.mjs)
  echo "preact $preact"
  echo "$seen"
  diff <(echo "$expected") <(echo "$seen")
done
