import type { Context } from './context.ts';
import { fromHere } from './current-folder.ts';

/**
 * This very program by full paths, with the shared options it was given, for a program that starts it later: that one is in another folder and
 * inherits no variables of a shell. The name of a command follows.
 */
export function ownCommand(context: Context): [string, ...string[]] {
  const { selfCommand, options, environment } = context;
  const [program = '', ...args] = selfCommand;
  const dataDir = options.dataDir ?? (environment['POSTERN_DATA_DIR'] || null);
  return [
    program,
    ...args.map((word) => wordOf(context, word)),
    ...(options.mode === null ? [] : [`--${options.mode}`]),
    ...(options.sandboxKind === undefined ? [] : ['--sandbox-kind', options.sandboxKind]),
    ...(dataDir === null ? [] : ['--data-dir', fromHere(context, dataDir, '--data-dir')]),
    ...(options.store === null ? [] : ['--store', options.store]),
  ];
}

/** The script of `ownCommand`; null where its program is Postern itself, in one file. */
export function ownScript(context: Context): string | null {
  const script = context.selfCommand.slice(1).find((word) => !word.startsWith('-'));
  return script === undefined ? null : wordOf(context, script);
}

function wordOf(context: Context, word: string): string {
  return word.startsWith('-') ? word : fromHere(context, word, 'The script');
}
