import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive } from './sidecar-record.ts';

it.runIf(process.platform === 'linux')('a process that is dead and not waited for is not alive', async () => {
  // What the shell started ends, and what the shell becomes never waits for it.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  // It still has its number.
  expect(() => process.kill(pid, 0)).not.toThrow();
  expect(isAlive(process.pid)).toBe(true);
});
