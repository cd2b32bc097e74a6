#!/usr/bin/env node
import { homedir } from 'node:os';
import { neverProxyLoopback } from '../src/never-proxy-loopback.ts';
import { run } from '../src/run.ts';

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Node opens its inspector on this signal, to every program of the same user, unless somebody listens.
process.on('SIGUSR1', () => undefined);

neverProxyLoopback(process.env);

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

process.exitCode = await run(process.argv.slice(2), {
  io: {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (stop) => {
      for (const signal of ends) process.on(signal, stop);
      return () => {
        for (const signal of ends) process.off(signal, stop);
      };
    },
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  },
  environment: process.env,
  platform: process.platform,
  cwd: process.cwd(),
  homeDir: homedir(),
  loadSidecar: () => import('@postern/sidecar'),
});
