import type { SharedOptions, World } from '../context.ts';
import { fewOptions } from '../few-options.ts';
import { statusLineFormats } from './formats.ts';

/**
 * `postern statusline` without the parser of the whole command line, which takes longer to load than the line takes to make: a bar calls it
 * every few seconds. What it does not know goes the long way, and so do help and errors. Gives the exit code.
 */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const simple = simpleOptions(argv.slice(1));
  if (simple === null) return await (await import('../run.ts')).run(argv, world);
  const { format, ...options } = simple;
  const { statusline } = await import('../commands/statusline.ts');
  return await statusline({ ...world, options }, { format });
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
