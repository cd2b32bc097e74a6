/**
 * `npm run bench [-- name … --against <checkout> --rounds <n>]`: measures Postern beside its peers, and beside an older checkout of itself where
 * one is given, in one run on one machine. It shows and does not judge: it exits 0 whatever the ratios are, and 1 only where something could not
 * be measured.
 */
import { existsSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { accessToken } from './benchmarks/access-token.ts';
import { acp } from './benchmarks/acp.ts';
import { earlier } from './benchmarks/earlier.ts';
import { firstText } from './benchmarks/first-text.ts';
import { gateway } from './benchmarks/gateway.ts';
import { history } from './benchmarks/history.ts';
import { lease } from './benchmarks/lease.ts';
import { memory } from './benchmarks/memory.ts';
import { pause } from './benchmarks/pause.ts';
import { refresh } from './benchmarks/refresh.ts';
import { refusedToken } from './benchmarks/refused-token.ts';
import { router } from './benchmarks/router.ts';
import { signIn } from './benchmarks/sign-in.ts';
import { start } from './benchmarks/start.ts';
import { statusline } from './benchmarks/statusline.ts';
import { trusted } from './benchmarks/trusted.ts';
import { window } from './benchmarks/window.ts';
import { printRows } from './harness/print-rows.ts';

const benchmarks: readonly Benchmark[] = [
  firstText,
  trusted,
  earlier,
  window,
  refusedToken,
  signIn,
  gateway,
  accessToken,
  refresh,
  history,
  memory,
  pause,
  start,
  acp,
  lease,
  router,
  statusline,
];

/** Measured against an older checkout, and not without one. */
const againstOnly: readonly string[] = [earlier.name, window.name];

/** Source: sysexits(3). */
const usageExitCode = 64;

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' }, rounds: { type: 'string' } },
});
const against = values.against === undefined ? null : resolve(values.against);
if (against !== null && !existsSync(join(against, 'packages/cli/bin/postern.js'))) {
  console.error(`${against} is not a checkout of Postern: it has no packages/cli/bin/postern.js.`);
  process.exit(usageExitCode);
}
const rounds = values.rounds === undefined ? null : Number(values.rounds);
if (rounds !== null && !(Number.isSafeInteger(rounds) && rounds > 0)) {
  console.error(`--rounds takes a number of 1 or more, not ${values.rounds}.`);
  process.exit(usageExitCode);
}
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const names = benchmarks.map(({ name }) => name).join(', ');
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${names}`);
  process.exit(usageExitCode);
}

const begunAt = performance.now();
console.log(`Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} processors. Medians.`);
for (const { name, how, run } of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (againstOnly.includes(name) && against === null) {
    if (wanted.length > 0) console.log(`\n${name} needs --against <checkout>.`);
    continue;
  }
  const startedAt = performance.now();
  try {
    const rows = await run({ against, rounds });
    console.log(`\n${name} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    printRows(rows);
    console.log(how);
  } catch (error) {
    console.error(`\n${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
console.log(`\nTook ${((performance.now() - begunAt) / 1000).toFixed(0)} s.`);
