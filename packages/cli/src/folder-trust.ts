import type { QueryRequest, WorkspaceLook } from '@postern/contract';
import { UsageError } from './command-error.ts';
import type { Context } from './context.ts';
import { printable } from './printable.ts';
import { askYesNo } from './terminal.ts';
import type { UseCases } from './use-cases.ts';

const question = 'Trust this folder?';

const states = {
  none: 'not trusted, nothing of it loads',
  changed: 'changed since it was trusted, nothing of it loads',
  trusted: 'trusted',
} as const satisfies Record<WorkspaceLook['trust'], string>;

/** What in a folder would shape the agent, with the text of all that loads. Pure. */
export function folderLines({ path, trust: state, items }: WorkspaceLook): readonly string[] {
  const rows = items.flatMap(({ kind, name, file, loads, reason, text }) => [
    `${loads ? '+' : '-'} ${kind.replace('_', ' ')} ${name}${name === file ? '' : ` (${file})`}${reason === null ? '' : `: ${reason}`}`,
    ...(text ?? '')
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`))
      .filter((line) => line !== ''),
  ]);
  return [`${path}: ${states[state]}`, ...(rows.length === 0 ? ['This folder has nothing to load.'] : rows)];
}

/** Whether something of a folder would load that is not trusted as it is now. */
export function wantsTrust({ trust, items }: WorkspaceLook): boolean {
  return trust !== 'trusted' && items.some(({ loads }) => loads);
}

/** The user's yes to what was shown. @throws UsageError where there is no terminal; `withoutTerminal` says what agrees then */
export async function agreesToTrust({ io }: Context, withoutTerminal: string): Promise<boolean> {
  const answer = await askYesNo(io, question);
  if (answer === null) throw new UsageError(withoutTerminal);
  return answer;
}

/**
 * Trusts the folder that a prompt works in, exactly as it is shown on standard error, with a yes: the user's, or the script's. False where
 * the user says no. What changes after the look does not load.
 * @throws UsageError where there is no folder, or no terminal to ask on
 */
export async function trustFolderOf(
  context: Context,
  useCases: UseCases,
  request: QueryRequest,
  { yes }: { readonly yes: boolean },
): Promise<boolean> {
  const folder = await folderOf(useCases, request);
  if (folder === null) throw new UsageError('--trust is about the folder to work in: add --workspace DIR');
  const look = await useCases.workspace(folder);
  if (!wantsTrust(look)) return true;
  context.io.stderr.write(
    folderLines(look)
      .map((line) => `${printable(line)}\n`)
      .join(''),
  );
  if (
    !yes &&
    !(await agreesToTrust(context, 'Without a terminal, --trust takes --yes, which trusts what is listed'))
  )
    return false;
  await useCases.trustWorkspace({ path: look.path, hash: look.hash });
  return true;
}

/** As the query finds it: what is named, else the conversation's, else the settings'. */
async function folderOf(
  useCases: UseCases,
  { workspace, conversationId }: QueryRequest,
): Promise<string | null> {
  if (workspace !== undefined) return workspace;
  if (conversationId !== undefined)
    return (await useCases.conversation(conversationId, { limit: 1 })).workspace;
  return (await useCases.settings()).workspace;
}
