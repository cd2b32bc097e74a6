/** `npm run bench [-- name …]`: measures Postern beside its peers, in one run on one machine. Shows; judges nothing: it exits 0 whatever the ratios are. */
import type { Benchmark } from './benchmark.ts';
import { accessToken } from './benchmarks/access-token.ts';
import { firstText } from './benchmarks/first-text.ts';
import { gateway } from './benchmarks/gateway.ts';
import { refreshPeers } from './benchmarks/refresh-peers.ts';
import { refusedToken } from './benchmarks/refused-token.ts';
import { printRows } from './harness/print-rows.ts';

const benchmarks: readonly Benchmark[] = [firstText, refusedToken, gateway, accessToken, refreshPeers];

const usageExitCode = 64;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(', ')}. There are: ${benchmarks.map(({ name }) => name).join(', ')}`,
  );
  process.exit(usageExitCode);
}

for (const { name, how, run } of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const startedAt = performance.now();
  try {
    const rows = await run();
    console.log(`\n${name} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
    printRows(rows);
    console.log(how);
  } catch (error) {
    console.error(`\n${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
