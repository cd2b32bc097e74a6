import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { openWindow } from '../open-window.ts';
import { printJson, printLines } from '../print.ts';
import { requireSidecar } from '../with-use-cases.ts';

/** Opens another window of the running Postern; prints the address where none can be opened. */
export async function open(context: Context, options: { readonly print?: boolean }): Promise<number> {
  const { client } = await requireSidecar(context);
  const { url, expiresAt } = await client.ticket();
  const opened = options.print !== true && (await openWindow(url, { ...context, as: 'app' }));
  if (context.options.json) printJson(context, { url, expiresAt, opened });
  else if (opened) printLines(context, ['Opened a window.']);
  else {
    context.io.stderr.write('Open this address within a minute; it works once:\n');
    printLines(context, [url]);
  }
  return exitCode.ok;
}
