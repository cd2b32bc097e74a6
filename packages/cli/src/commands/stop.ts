import { setTimeout as sleep } from 'node:timers/promises';
import { isHeld } from '@postern/sidecar/instance-lock';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import type { RunningSidecar } from '../find-sidecar.ts';
import { placesOf } from '../places.ts';
import { printJson, printLines } from '../print.ts';
import { isAlive } from '../sidecar-record.ts';
import { runningSidecar } from '../with-use-cases.ts';

/** It ends its children and closes its database first. */
const goneWithinMs = 15_000;

/** A start that waits for a passphrase or the keychain may take any time; `stop` does not wait for that. */
const foundWithinMs = 15_000;

/** Stops the sidecar that runs or starts, and waits until its process is gone. Stopping what does not run is no error. */
export async function stop(context: Context): Promise<number> {
  const running = await runningOrStarting(context);
  if (running === null) {
    if (context.options.json) printJson(context, { event: 'not_running' });
    else printLines(context, ['Postern is not running.']);
    return exitCode.ok;
  }
  await running.client.stop();
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

/**
 * The sidecar that answers. One that starts, or whose file was deleted, is waited for until it says where it listens; null where the kernel
 * says that none holds a place. @throws CommandError `data_dir_in_use` where it does not say so in time
 */
async function runningOrStarting(context: Context): Promise<RunningSidecar | null> {
  const deadlineMs = Date.now() + foundWithinMs;
  for (;;) {
    const running = await runningSidecar(context);
    if (running !== null) return running;
    const held = placesOf(context).find(({ dataDir }) => isHeld(dataDir));
    if (held === undefined) return null;
    if (Date.now() > deadlineMs)
      throw new CommandError(
        'data_dir_in_use',
        `A Postern holds ${held.dataDir}, but has not said where it listens for ${foundWithinMs / 1000} s. Nothing was stopped.`,
      );
    await sleep(100);
  }
}
