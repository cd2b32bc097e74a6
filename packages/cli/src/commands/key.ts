import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askLine, canAsk, readStdin } from '../terminal.ts';
import { withUseCases } from '../with-use-cases.ts';

/** No key is longer (contract, section 7), and nobody pipes a film. */
const maxKeyBytes = 4096;

/** Saves a key that comes from standard input or a hidden prompt. @throws UsageError where it stood on the command line */
export async function keySet(context: Context, args: readonly string[]): Promise<number> {
  if (args.length > 0)
    throw new UsageError(
      'A key on the command line can be read by every program, and stays in the history: pipe it in, or type it at the prompt',
    );
  const apiKey = await readKey(context);
  return await withUseCases(context, { create: true, memory: false }, async (useCases) => {
    const { apiKey: saved } = await useCases.updateSettings({ apiKey });
    if (context.options.json) printJson(context, { apiKey: saved });
    else
      printLines(context, [
        `Saved the API key that ends in ${saved?.last4 ?? '…'}. It pays where no sign-in works, as Settings says.`,
      ]);
    return exitCode.ok;
  });
}

/** Removes the key. */
export function keyClear(context: Context): Promise<number> {
  return withUseCases(context, { create: false, memory: false }, async (useCases) => {
    await useCases.updateSettings({ apiKey: null });
    if (context.options.json) printJson(context, { apiKey: null });
    else printLines(context, ['Removed the API key.']);
    return exitCode.ok;
  });
}

async function readKey({ io }: Context): Promise<string> {
  const key = canAsk(io)
    ? await askLine(io, 'API key (not shown): ', { hidden: true })
    : io.stdin.isTTY === true
      ? null
      : (await readStdin(io, maxKeyBytes)).trim();
  if (key === null || key === '')
    throw new UsageError('No key was given: pipe it in, or type it at the prompt');
  return key;
}
