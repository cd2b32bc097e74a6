import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { isAlive } from '../find-sidecar.ts';
import { printJson, printLines } from '../print.ts';
import { runningSidecar } from '../with-use-cases.ts';

/** It ends its children and closes its database first. */
const goneWithinMs = 15_000;

/** Stops the running sidecar and waits until its process is gone. Stopping what does not run is no error. */
export async function stop(context: Context): Promise<number> {
  const running = await runningSidecar(context);
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
