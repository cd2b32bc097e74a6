import { apiKeySchema, type SettingsPatch } from '@postern/contract';
import { CommandError, UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { checkNamed, credentialId } from '../credential-option.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askLine, canAsk, readStdin } from '../terminal.ts';
import { withUseCases } from '../with-use-cases.ts';

/** No key is longer (docs/spec/contract.md#settings). It also bounds what a wrong pipe can deliver. */
const maxKeyBytes = 4096;

/** Options of `key set` and `key clear`. */
export interface KeyOptions {
  readonly credential?: string;
}

/** Saves a key that comes from standard input or a hidden prompt. @throws UsageError where it stood on the command line */
export async function keySet(
  context: Context,
  args: readonly string[],
  options: KeyOptions,
): Promise<number> {
  if (args.length > 0)
    throw new UsageError(
      'A key on the command line can be read by every program, and stays in the history: pipe it in, or type it at the prompt',
    );
  const credential = credentialId('api_key', options.credential);
  const apiKey = await readKey(context);
  return await withUseCases(context, { create: true, memory: false }, async (useCases) => {
    await useCases.updateSettings(patchOf(credential, apiKey));
    const last4 = apiKey.slice(-4);
    if (context.options.json) printJson(context, { apiKey: { last4 }, ...idOf(credential) });
    else
      printLines(context, [
        `Saved the API key that ends in ${last4}. Postern uses it when no sign-in works.`,
      ]);
    return exitCode.ok;
  });
}

/** Removes the key. */
export async function keyClear(context: Context, options: KeyOptions): Promise<number> {
  const credential = credentialId('api_key', options.credential);
  return await withUseCases(context, { create: false, memory: false }, async (useCases) => {
    await checkNamed(useCases, credential);
    await useCases.updateSettings(patchOf(credential, null));
    if (context.options.json) printJson(context, { apiKey: null, ...idOf(credential) });
    else printLines(context, ['Removed the API key.']);
    return exitCode.ok;
  });
}

function patchOf(credential: string | undefined, apiKey: string | null): SettingsPatch {
  return credential === undefined ? { apiKey } : { apiKeys: { [credential]: apiKey } };
}

function idOf(credential: string | undefined): { readonly id?: string } {
  return credential === undefined ? {} : { id: credential };
}

async function readKey({ io }: Context): Promise<string> {
  const key = canAsk(io)
    ? await askLine(io, 'API key (not shown): ', { hidden: true })
    : io.stdin.isTTY === true
      ? null
      : (await readStdin(io, maxKeyBytes)).trim();
  if (key === null || key === '')
    throw new UsageError('No key was given: pipe it in, or type it at the prompt');
  // The route would refuse it too, in the words of a request's fields.
  if (!apiKeySchema.safeParse(key).success)
    throw new CommandError(
      'invalid_setting',
      'An API key begins with sk-ant-api, then letters, digits, hyphens and underscores; 20 to 512 characters in all.',
    );
  return key;
}
