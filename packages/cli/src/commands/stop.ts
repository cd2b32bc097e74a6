import { setTimeout as sleep } from 'node:timers/promises';
import { isHeld } from '@postern/sidecar/instance-lock';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { placesOf } from '../places.ts';
import { printJson, printLines } from '../print.ts';
import { isAlive } from '../sidecar-record.ts';
import { startingSidecar } from '../starting-sidecar.ts';
import { anySidecar } from '../with-use-cases.ts';

/** It ends its children and closes its database first. */
const goneWithinMs = 15_000;

/** One that neither answers nor says that it starts. */
const foundWithinMs = 15_000;

/** Stops the sidecar that runs or starts, and waits until its process is gone. Stopping what does not run is no error. */
export async function stop(context: Context): Promise<number> {
  const running = await runningOrStarting(context);
  if (running === null) {
    if (context.options.json) printJson(context, { event: 'not_running' });
    else printLines(context, ['Postern is not running.']);
    return exitCode.ok;
  }
  await running.end();
  const deadlineMs = Date.now() + goneWithinMs;
  while (isAlive(running.pid)) {
    if (Date.now() > deadlineMs)
      throw new CommandError('request_timeout', `Process ${running.pid} was asked to stop and still runs.`);
    await sleep(50);
  }
  if (context.options.json) printJson(context, { event: 'stopped', pid: running.pid });
  else printLines(context, ['Postern has stopped.']);
  return exitCode.ok;
}

/** A sidecar that can be asked to end. */
interface Stoppable {
  readonly pid: number;
  end(): Promise<void>;
}

/**
 * The sidecar that answers, or that starts and says so: a window of the keychain's may keep that one waiting. One whose file was deleted is
 * waited for; null where the kernel says that none holds a place. @throws CommandError `data_dir_in_use` where it says neither in time
 */
async function runningOrStarting(context: Context): Promise<Stoppable | null> {
  const deadlineMs = Date.now() + foundWithinMs;
  for (;;) {
    const running = await anySidecar(context);
    if (running !== null) return { pid: running.pid, end: () => running.client.stop() };
    const held = placesOf(context).find(({ dataDir }) => isHeld(dataDir));
    if (held === undefined) return null;
    const starting = await startingSidecar(context);
    if (starting !== null) return { pid: starting.pid, end: () => askToEnd(starting.pid) };
    if (Date.now() > deadlineMs)
      throw new CommandError(
        'data_dir_in_use',
        `A Postern holds ${held.dataDir}, but has not said where it listens for ${foundWithinMs / 1000} s. Nothing was stopped.`,
      );
    await sleep(100);
  }
}

async function askToEnd(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
