import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';
import { type PosternOptions, startPostern } from '../../test/end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../test/end-to-end/harness/wait-until.ts';
import { openEventStreams } from './open-event-streams.ts';

/** Resident memory, in bytes. */
export interface IdleMemory {
  /** The sidecar with nobody beside it. */
  readonly sidecar: number;
  /** The program that had waited beside it. */
  readonly program: number;
  /** What the sidecar grew by from the first idle event stream to the last it allows. */
  readonly perStream: number;
}

/** What a process needs to come to rest after it has started or lost a child. */
const restMs = 2_000;
/** One below the limit of the product. */
const mostStreams = 99;

/** Starts a sidecar, lets it rest, ends the program that waits beside it, and weighs both. */
export async function idleMemory(options: PosternOptions): Promise<IdleMemory> {
  const postern = await startPostern(options);
  try {
    const programs = (): readonly number[] =>
      postern.household
        .processes()
        .map(({ pid }) => pid)
        .filter((pid) => pid !== postern.ready.pid);
    await waitUntil('a warm program', () => programs().length > 0);
    await pause(restMs);
    const waiting = programs();
    const program = waiting.reduce((sum, pid) => sum + residentBytes(pid), 0);
    // Ended, it is not started again before the next query.
    for (const pid of waiting) process.kill(pid, 'SIGKILL');
    await pause(restMs);
    const sidecar = residentBytes(postern.ready.pid);
    using streams = openEventStreams({ url: postern.ready.url, bearer: postern.token });
    await streams.growTo(1);
    const before = residentBytes(postern.ready.pid);
    await streams.growTo(mostStreams);
    const perStream = (residentBytes(postern.ready.pid) - before) / (mostStreams - 1);
    return { sidecar, program, perStream };
  } finally {
    await postern.stop();
  }
}
