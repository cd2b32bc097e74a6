import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { markedProcesses } from './process-facts.ts';

/** What was killed is gone within milliseconds, unless the machine is busy or the process waits for a disk. */
const mostDyingMs = 1_000;
const lookAgainMs = 5;

/** Kills a child and its process group at once. The child leads its group, so its number is the group's. */
export function killGroup(pid: number): void {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => undefined,
    );
    return;
  }
  killQuietly(-pid);
}

/** Kills a process and nothing of what it started. */
export function killOne(pid: number): void {
  killQuietly(pid);
}

/**
 * Kills every process that carries the mark but the child itself: the tools it started, wherever they went. Settles when they are gone, or
 * after a second.
 */
export async function killMarked(mark: string, exceptPids: ReadonlySet<number>): Promise<void> {
  let left: readonly number[] = (await markedProcesses(mark)).filter((pid) => !exceptPids.has(pid));
  for (const pid of left) killQuietly(pid);
  const until = performance.now() + mostDyingMs;
  while (left.length > 0 && performance.now() < until) {
    left = await markedProcesses(mark, left);
    if (left.length > 0) await sleep(lookAgainMs);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already: that is what was wanted.
  }
}
