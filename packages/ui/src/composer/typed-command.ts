import type { Draft } from './composer.tsx';

/** How text comes into a field that was not typed there. Source: the Input Events specification, level 2. */
const broughtIn = /^insertFrom|^insertReplacementText$|^historyUndo$|^historyRedo$/;

/**
 * Whether a prompt may be a command of the workspace after a change: its `/` was typed into the empty field, and its name was not pasted. What
 * follows the name may be. Pure.
 * @param inputType of the change; undefined where the browser does not name it
 */
export function isTypedCommand(
  before: Pick<Draft, 'prompt' | 'mayBeCommand'>,
  prompt: string,
  inputType: string | undefined,
): boolean {
  if (!prompt.startsWith('/')) return false;
  if (inputType !== undefined && !broughtIn.test(inputType))
    return before.mayBeCommand || before.prompt === '';
  const name = /^\/\S+\s/.exec(before.prompt)?.[0];
  return before.mayBeCommand && name !== undefined && prompt.startsWith(name);
}
