/** Runs the sidecar without the command line: for a program that embeds it. `--json` on standard output, no window. */
import { limitCompiling } from './composition/limit-compiling.ts';
import { endWithoutReader, guardProcess } from './composition/process-guards.ts';
import { endingSignals } from './composition/stop-signals.ts';
import { runSidecar } from './run-sidecar.ts';

guardProcess((line) => process.stderr.write(`${line}\n`));
limitCompiling();
const stopping = new AbortController();
for (const signal of endingSignals()) process.on(signal, () => stopping.abort());
process.exitCode = await runSidecar(
  { mode: 'live', port: null, dataDir: null, store: null, open: false, json: true },
  process.env,
  {
    stdout: process.stdout,
    stderr: process.stderr,
    openWindow: null,
    askPassphrase: async () => null,
    stop: stopping.signal,
  },
);
endWithoutReader();
