import { statusline } from '../commands/statusline.ts';
import type { SharedOptions } from '../context.ts';
import { fewOptions } from '../few-options.ts';
import { statusLineFormats } from './formats.ts';

/** Prints the line and gives the exit code. */
export type RunStatusline = (world: Omit<Parameters<typeof statusline>[0], 'options'>) => Promise<number>;

/**
 * `postern statusline` without the parser of the whole command line, which takes longer to load than the line takes to make. Null where the
 * command line is another one, or not what a bar would write: help and errors are for that parser. Pure.
 * @param argv after the names of program and script
 */
export function simpleStatusline(argv: readonly string[]): RunStatusline | null {
  const simple = simpleOptions(argv);
  if (simple === null) return null;
  const { format, ...options } = simple;
  return (world) => statusline({ ...world, options }, { format });
}

/** Null where it is not what a bar would write. */
function simpleOptions(
  argv: readonly string[],
): (SharedOptions & { readonly format: (typeof statusLineFormats)[number] }) | null {
  const { mode, dataDir, rest } = fewOptions(argv);
  let format: (typeof statusLineFormats)[number] = 'text';
  let json = false;
  let isNamed = false;
  for (let at = 0; at < rest.length; at += 1) {
    if (rest[at] === '--json') json = true;
    else if (rest[at] === 'statusline' && !isNamed) isNamed = true;
    // The options of all stand before the command too, its own only after it.
    else if (rest[at] === '--format' && isNamed) {
      const known = statusLineFormats.find((each) => each === rest[at + 1]);
      if (known === undefined) return null;
      format = known;
      at += 1;
    } else return null;
  }
  return isNamed ? { format, mode, dataDir, store: null, json } : null;
}
