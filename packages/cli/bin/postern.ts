#!/usr/bin/env node
import { homedir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { endingSignals } from '@postern/sidecar/stop-signals';
import { bypassProxyForLoopback } from '../src/bypass-proxy-for-loopback.ts';
import { currentFolder } from '../src/current-folder.ts';
import { guardOutput } from '../src/guard-output.ts';
import { outliveTerminal } from '../src/outlive-terminal.ts';

const exitCodeOf = guardOutput();
outliveTerminal(process.stdin);

// Node opens its inspector on this signal, to every program of the same user, unless it has a listener.
process.on('SIGUSR1', () => undefined);

bypassProxyForLoopback(process.env);

const ends = endingSignals();

// What was started with the certificates of the system starts others with them.
const systemCertificates = process.execArgv.filter((flag) => flag === '--use-system-ca');

// These stand beside an editor or a program for hours, and pass on what others make: too little runs often enough to be compiled for speed,
// and 15 MB less are held without the compilers and with a small heap for what is new. Measured with Node 24.21.
if (process.argv[2] === 'acp' || process.argv[2] === 'run')
  for (const flag of ['--no-opt', '--no-maglev', '--semi-space-growth-factor=1']) setFlagsFromString(flag);

// An editor waits for its agent.
const { run } = await (process.argv[2] === 'acp' ? import('../src/acp/run-acp.ts') : import('../src/run.ts'));

const code = await run(process.argv.slice(2), {
  io: {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (stop, also = []) => {
      const signals = new Set([...ends, ...also]);
      for (const signal of signals) process.on(signal, stop);
      return () => {
        for (const signal of signals) process.off(signal, stop);
      };
    },
    interrupt: () => process.kill(process.pid, 'SIGINT'),
    pause: (ms) => setTimeout(ms),
  },
  environment: process.env,
  platform: process.platform,
  cwd: currentFolder(),
  homeDir: homedir(),
  // A single executable is its own script.
  selfCommand: [...new Set([process.execPath, ...systemCertificates, ...process.argv.slice(1, 2)])],
  loadSidecar: () => import('@postern/sidecar'),
});
process.exitCode = exitCodeOf(code);
