import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines, shortInstant } from '../print.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Renews the access token now. */
export function refresh(context: Context): Promise<number> {
  return withUseCases(context, { create: false, memory: false }, async ({ auth }) => {
    const status = await auth.refresh();
    if (context.options.json) printJson(context, status);
    else
      printLines(context, [
        status.expiresAt === null ? 'Renewed.' : `Renewed. Good until ${shortInstant(status.expiresAt)}.`,
      ]);
    return exitCode.ok;
  });
}
