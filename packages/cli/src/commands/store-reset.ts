import { isHeld } from '@postern/sidecar/instance-lock';
import { CommandError, UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { placesOf } from '../places.ts';
import { printJson, printLines } from '../print.ts';
import { askYesNo } from '../terminal.ts';

/**
 * Gives up sign-ins and keys whose sealing key will not come back, so that Postern can start over. They are set aside, not deleted.
 * @throws UsageError without a terminal and without `yes`; CommandError `data_dir_in_use` while a Postern runs
 */
export async function storeReset(context: Context, options: { readonly yes?: boolean }): Promise<number> {
  const [{ dataDir }] = placesOf(context);
  if (isHeld(dataDir))
    throw new CommandError('data_dir_in_use', `A Postern uses ${dataDir}. Stop it first: postern stop`);
  if (options.yes !== true && !(await mayReset(context, dataDir))) {
    context.io.stderr.write('Nothing has changed.\n');
    return exitCode.interrupted;
  }
  const { resetStore } = await context.loadSidecar();
  const records = await resetStore({ dataDir, clock: Date.now, log: () => undefined });
  if (context.options.json) printJson(context, { event: 'reset', records });
  else
    printLines(context, [
      `${records === 1 ? '1 sealed record was' : `${records} sealed records were`} set aside. Start Postern, then sign in and save your keys again.`,
    ]);
  return exitCode.ok;
}

async function mayReset(context: Context, dataDir: string): Promise<boolean> {
  const answer = await askYesNo(
    context.io,
    `Give up every sign-in, API key and MCP secret that is sealed in ${dataDir}?`,
  );
  if (answer === null) throw new UsageError('There is no terminal to ask on: add --yes');
  return answer;
}
