import { statSync } from 'node:fs';
import { CommandError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { fromHere } from '../current-folder.ts';
import { exitCode } from '../exit-code.ts';
import { openWindow } from '../open-window.ts';
import { printJson, printLines } from '../print.ts';
import { requireSidecar } from '../with-use-cases.ts';

/**
 * Opens another window of the running Postern, where `folder` is given with that as the workspace of the next new conversation; prints the
 * address where none can be opened.
 */
export async function open(
  context: Context,
  folder: string | undefined,
  options: { readonly print?: boolean },
): Promise<number> {
  const workspace = folder === undefined ? null : fromHere(context, folder, 'The folder');
  if (workspace !== null && statSync(workspace, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CommandError('workspace_not_found', `${workspace} is not there, or is no folder.`);
  const { client } = await requireSidecar(context);
  const { url: address, expiresAt } = await client.ticket();
  const url = workspace === null ? address : `${address}&workspace=${encodeURIComponent(workspace)}`;
  const opened = options.print !== true && (await openWindow(url, { ...context, as: 'app' }));
  if (context.options.json) printJson(context, { url, expiresAt, opened });
  else if (opened) printLines(context, ['Opened a window.']);
  else {
    context.io.stderr.write('Open this address within a minute; it works once:\n');
    printLines(context, [url]);
  }
  return exitCode.ok;
}
