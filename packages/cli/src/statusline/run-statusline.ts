import { statusline } from '../commands/statusline.ts';
import type { SharedOptions } from '../context.ts';
import { fewOptions } from '../few-options.ts';
import { statusLineFormats } from './formats.ts';

/**
 * `postern statusline` without the parser of the whole command line, which takes longer to load than the line takes to make. Gives the exit
 * code; null, and nothing was done, where the arguments are not what a bar would write: help and errors are for the whole command line.
 */
export function runStatusline(
  args: readonly string[],
  world: Omit<Parameters<typeof statusline>[0], 'options'>,
): Promise<number> | null {
  const simple = simpleOptions(args);
  if (simple === null) return null;
  const { format, ...options } = simple;
  return statusline({ ...world, options }, { format });
}

/** Null where it is not what a bar would write. */
function simpleOptions(
  args: readonly string[],
): (SharedOptions & { readonly format: (typeof statusLineFormats)[number] }) | null {
  const { mode, dataDir, rest } = fewOptions(args);
  let format: (typeof statusLineFormats)[number] = 'text';
  let json = false;
  for (let at = 0; at < rest.length; at += 1) {
    if (rest[at] === '--json') json = true;
    else if (rest[at] === '--format') {
      const known = statusLineFormats.find((each) => each === rest[at + 1]);
      if (known === undefined) return null;
      format = known;
      at += 1;
    } else return null;
  }
  return { format, mode, dataDir, store: null, json };
}
