import type { Command } from 'commander';
import { UsageError } from '../command-error.ts';
import { completionScript, completionShells } from '../completion.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';

/** Prints the completion script of a shell. */
export async function completion(
  { io }: Context,
  [shell]: readonly string[],
  program: Command,
): Promise<number> {
  const known = completionShells.find((each) => each === shell);
  if (known === undefined) throw new UsageError(`Completion is for ${completionShells.join(', ')}`);
  io.stdout.write(completionScript(known, program));
  return exitCode.ok;
}
