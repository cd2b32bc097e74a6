import { describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

/** Longer than any of these may wait; a program that is left behind ends after it. */
const heldSeconds = 8;
const environment = { PATH: '/usr/bin:/bin' };

/** Runs a shell script, and says how long that took. */
async function run(script: string, timeoutMs: number, stop = new AbortController().signal) {
  const begunMs = performance.now();
  const outcome = await runProgram('/bin/sh', ['-c', script], environment, timeoutMs, stop);
  return { outcome, tookMs: performance.now() - begunMs };
}

describe('a short run of the program', () => {
  it('gives what it printed, all of it', async () => {
    const { outcome } = await run('head -c 150000 /dev/zero; exit 3', 20_000);
    expect(outcome?.exitCode).toBe(3);
    expect(outcome?.stdout).toHaveLength(150_000);
  });

  it('is over when it has left, also where it left one behind that holds its output', async () => {
    const { outcome, tookMs } = await run(`echo said; sleep ${heldSeconds} & exit 0`, 20_000);
    expect(outcome).toEqual({ exitCode: 0, stdout: 'said\n' });
    expect(tookMs).toBeLessThan(heldSeconds * 500);
  });

  it('is over when its time is, whatever it started', async () => {
    const { outcome, tookMs } = await run(`echo said; sleep ${heldSeconds} & sleep ${heldSeconds}`, 300);
    expect(outcome).toEqual({ exitCode: null, stdout: 'said\n' });
    expect(tookMs).toBeLessThan(heldSeconds * 500);
  });

  it('that has left already does not hold up a stop', async () => {
    const stop = new AbortController();
    const running = run(`sleep ${heldSeconds} & exit 0`, 20_000, stop.signal);
    setTimeout(() => stop.abort(), 100);
    expect((await running).tookMs).toBeLessThan(heldSeconds * 500);
  });

  it('gives nothing where it cannot be started', async () => {
    expect(
      await runProgram('/nowhere/at-all', [], environment, 5_000, new AbortController().signal),
    ).toBeNull();
  });
});
