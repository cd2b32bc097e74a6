import { spawn } from 'node:child_process';
import { markedProcesses } from './process-facts.ts';

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

/** Kills every process that carries the mark but the child itself: the tools it started, wherever they went. */
export async function killMarked(mark: string, exceptPids: ReadonlySet<number>): Promise<void> {
  for (const pid of await markedProcesses(mark)) {
    if (!exceptPids.has(pid)) killQuietly(pid);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already: that is what was wanted.
  }
}
