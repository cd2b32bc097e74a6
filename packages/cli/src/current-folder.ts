import { isAbsolute, resolve } from 'node:path';
import { CommandError, UsageError } from './command-error.ts';
import type { World } from './context.ts';

/**
 * The folder that this process was started in; null where it was removed meanwhile. Then the process moves out of it, because Node, and each
 * program that is started from here, would fail in it for no other reason.
 */
export function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    process.chdir('/');
    return null;
  }
}

/** The folder to work in where none was named. @throws CommandError `workspace_not_found` where it was removed */
export function hereOf({ cwd }: Pick<World, 'cwd'>): string {
  if (cwd === null)
    throw new CommandError('workspace_not_found', 'The folder that this command was started in was removed.');
  return cwd;
}

/**
 * A file or folder as it was typed, by its full path.
 * @param what its option or argument. An empty one comes from a variable that is not set, and means no folder, least of all this one
 * @throws UsageError where it is empty; CommandError as `hereOf`
 */
export function fromHere(context: Pick<World, 'cwd'>, typed: string, what: string): string {
  if (typed === '') throw new UsageError(`${what} is empty`);
  return isAbsolute(typed) ? resolve(typed) : resolve(hereOf(context), typed);
}
