import { renameSync } from 'node:fs';
import { basename } from 'node:path';
import { instant } from '../credentials/index.ts';
import { statusOf } from './private-directory.ts';

/**
 * Moves a damaged database away with its log and shared memory, so that a new one can begin and nothing is lost. Gives the name it has now,
 * `<name>.damaged-<timestamp>`. The caller holds the lock across processes.
 */
export function setAsideDatabase(path: string, nowMs: number): string {
  const stamp = instant(nowMs).replaceAll(/[-:.]/g, '');
  let target = `${path}.damaged-${stamp}`;
  for (let number = 2; [target, `${target}-wal`].some((each) => statusOf(each) !== null); number += 1)
    target = `${path}.damaged-${stamp}-${number}`;
  // The log first: a crash in between leaves a database that is set aside at the next start as well.
  for (const suffix of ['-wal', '-shm', ''])
    if (statusOf(`${path}${suffix}`) !== null) renameSync(`${path}${suffix}`, `${target}${suffix}`);
  return basename(target);
}
