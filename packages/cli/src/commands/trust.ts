import type { WorkspaceLook, WorkspaceTrustRequest } from '@postern/contract';
import type { Context } from '../context.ts';
import { fromHere, hereOf } from '../current-folder.ts';
import { exitCode } from '../exit-code.ts';
import { agreesToTrust, folderLines, wantsTrust } from '../folder-trust.ts';
import { printJson, printLines } from '../print.ts';
import type { UseCases } from '../use-cases.ts';
import { withUseCases } from '../with-use-cases.ts';

/** Options of `trust`. */
export interface TrustOptions {
  readonly yes?: boolean;
  readonly remove?: boolean;
}

/** Shows what in a folder would shape the agent, and trusts exactly that with a yes: the user's, or the script's. */
export async function trust(
  context: Context,
  folder: string | undefined,
  options: TrustOptions,
): Promise<number> {
  const path = folder === undefined ? hereOf(context) : fromHere(context, folder, 'The folder');
  const { json } = context.options;
  const isLook = json && options.yes !== true && options.remove !== true;
  const needs = { create: !isLook && options.remove !== true, memory: true };
  return await withUseCases(context, needs, (useCases) => trustBy(useCases, context, path, options));
}

async function trustBy(
  useCases: UseCases,
  context: Context,
  path: string,
  options: TrustOptions,
): Promise<number> {
  const { json } = context.options;
  const look = await lookAt(useCases, path, options);
  if (look === null) return await sayTrust(context, useCases, { path, hash: null });
  if (!json) printLines(context, folderLines(look));
  const hash = options.remove === true ? null : look.hash;
  const isDone = options.remove === true ? look.trust === 'none' : !wantsTrust(look);
  if (isDone || (json && options.yes !== true && options.remove !== true)) {
    if (json) printJson(context, look);
    return exitCode.ok;
  }
  const withoutTerminal = 'Without a terminal, --yes trusts what is listed';
  if (options.remove !== true && options.yes !== true && !(await agreesToTrust(context, withoutTerminal))) {
    context.io.stderr.write('Nothing has changed.\n');
    return exitCode.interrupted;
  }
  return await sayTrust(context, useCases, { path: look.path, hash });
}

/** Null where trust in a folder that is gone is to be taken back. */
async function lookAt(
  useCases: UseCases,
  path: string,
  { remove = false }: TrustOptions,
): Promise<WorkspaceLook | null> {
  try {
    return await useCases.workspace(path);
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'workspace_not_found';
    if (remove && isGone) return null;
    throw error;
  }
}

async function sayTrust(
  context: Context,
  useCases: UseCases,
  request: WorkspaceTrustRequest,
): Promise<number> {
  const now = await useCases.trustWorkspace(request);
  if (context.options.json) printJson(context, now);
  else printLines(context, [now.trust === 'trusted' ? 'Trusted.' : 'No longer trusted.']);
  return exitCode.ok;
}
