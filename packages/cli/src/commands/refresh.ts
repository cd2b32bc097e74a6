import type { Context } from '../context.ts';
import { credentialId } from '../credential-option.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines, shortInstant } from '../print.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Renews the access token now. */
export async function refresh(context: Context, options: { readonly credential?: string }): Promise<number> {
  const credential = credentialId('oauth', options.credential);
  return await withUseCases(context, { create: false, memory: false }, async ({ auth }) => {
    const status = await auth.refresh({ credential });
    if (context.options.json) printJson(context, status);
    else
      printLines(context, [
        status.expiresAt === null ? 'Renewed.' : `Renewed. Good until ${shortInstant(status.expiresAt)}.`,
      ]);
    return exitCode.ok;
  });
}
