import { resolve } from 'node:path';
import type { WorkspaceLook } from '@postern/contract';
import { UsageError } from '../command-error.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { printJson, printLines } from '../print.ts';
import { askYesNo } from '../terminal.ts';
import { requireSidecar } from '../with-use-cases.ts';

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
  const { client } = await requireSidecar(context);
  const { json } = context.options;
  const look = await client.workspace(resolve(context.cwd, folder ?? '.'));
  if (!json) printLines(context, linesOf(look));
  const hash = options.remove === true ? null : look.hash;
  const loads = look.items.some((item) => item.loads);
  const isDone = options.remove === true ? look.trust === 'none' : look.trust === 'trusted' || !loads;
  if (isDone || (json && options.yes !== true && options.remove !== true)) {
    if (json) printJson(context, look);
    return exitCode.ok;
  }
  if (options.remove !== true && options.yes !== true && !(await agrees(context))) {
    context.io.stderr.write('Nothing has changed.\n');
    return exitCode.interrupted;
  }
  const now = await client.trustWorkspace({ path: look.path, hash });
  if (json) printJson(context, now);
  else printLines(context, [now.trust === 'trusted' ? 'Trusted.' : 'No longer trusted.']);
  return exitCode.ok;
}

/** @throws UsageError where there is no terminal */
async function agrees({ io }: Context): Promise<boolean> {
  const answer = await askYesNo(io, 'Trust this folder?');
  if (answer === null) throw new UsageError('Without a terminal, --yes trusts what is listed');
  return answer;
}

const states = {
  none: 'not trusted, nothing of it loads',
  changed: 'changed since it was trusted, nothing of it loads',
  trusted: 'trusted',
} as const satisfies Record<WorkspaceLook['trust'], string>;

function linesOf({ path, trust: state, items }: WorkspaceLook): readonly string[] {
  const rows = items.flatMap(({ kind, name, file, loads, reason, text }) => [
    `${loads ? '+' : '-'} ${kind.replace('_', ' ')} ${name}${name === file ? '' : ` (${file})`}${reason === null ? '' : `: ${reason}`}`,
    ...(text ?? '')
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`))
      .filter((line) => line !== ''),
  ]);
  return [`${path}: ${states[state]}`, ...(rows.length === 0 ? ['This folder has nothing to load.'] : rows)];
}
