import type { Command } from 'commander';
import { type CompletionShell, completionScript } from '../completion.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';

/** Prints the completion script of a shell. */
export async function completion({ io }: Context, shell: CompletionShell, program: Command): Promise<number> {
  io.stdout.write(completionScript(shell, program));
  return exitCode.ok;
}
