import type { CredentialKind } from '@postern/contract';
import { CommandError, UsageError } from './command-error.ts';
import type { UseCases } from './use-cases.ts';

/** What the user calls an account; the same names as in the contract's ids. Source: packages/contract, `credentialIdSchema`. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** How the option is written in each command's help. */
export const credentialFlag = '--credential <id>';

/**
 * The id that `--credential` names: `kind:name` as `postern status` shows it, or the name alone. Undefined where it is not given.
 * @throws UsageError for no id, or one of another kind
 */
export function credentialId(kind: CredentialKind, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const prefix = `${kind}:`;
  const name = given.startsWith(prefix) ? given.slice(prefix.length) : given;
  if (!namePattern.test(name))
    throw new UsageError(`--credential must be an id of this kind, such as ${prefix}work`);
  return `${prefix}${name}`;
}

/** So that a mistyped name does not look like success. @throws CommandError `credential_not_found` */
export async function checkNamed(
  { credentials }: Pick<UseCases, 'credentials'>,
  id: string | undefined,
): Promise<void> {
  if (id === undefined || (await credentials()).some((each) => each.id === id)) return;
  throw new CommandError('credential_not_found');
}

/** Which sign-in a command is about: the Claude Code program's where that is said, or where the id is one of its. */
export function isClaudeCode(options: {
  readonly claudeCode?: boolean;
  readonly credential?: string;
}): boolean {
  return options.claudeCode === true || options.credential?.startsWith('claude_code:') === true;
}
