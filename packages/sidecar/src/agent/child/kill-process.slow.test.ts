import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { childMarkVariable } from './child-environment.ts';
import { killMarked } from './kill-process.ts';

/** Without a moment in between, in which a killed process could go. */
function carriesMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
  } catch {
    return false;
  }
}

it.runIf(process.platform === 'linux')(
  'comes back when all that was killed is gone, and leaves the child',
  async () => {
    const mark = randomUUID();
    const env = { [childMarkVariable]: mark, PATH: process.env['PATH'] };
    // More at work than there are processors: each has to get its turn to go.
    const children = Array.from({ length: 24 }, () =>
      spawn('sh', ['-c', 'while :; do :; done'], { env, stdio: 'ignore' }),
    );
    try {
      await Promise.all(children.map((child) => once(child, 'spawn')));
      const pids = children.map(({ pid = 0 }) => pid);
      const [kept = 0] = pids;
      await killMarked(mark, new Set([kept]));
      expect(pids.filter((pid) => carriesMark(pid, mark))).toEqual([kept]);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  },
);
