import type { SharedOptions, World } from '../context.ts';
import { fewOptions } from '../few-options.ts';
import { sharedOptions } from '../shared-options.ts';

/**
 * `postern acp` as editors start it, without the parser of the whole command line, which an editor would wait for and hold in memory for
 * hours. What it does not know goes the long way, and so do help and errors. Gives the exit code.
 */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const options = simpleOptions(argv.slice(1), world);
  if (options === null) return await (await import('../run.ts')).run(argv, world);
  const { acp } = await import('../commands/acp.ts');
  try {
    return await acp({ ...world, options }, {});
  } catch (error) {
    const { reportError, traceText } = await import('../report-error.ts');
    if (world.environment['POSTERN_LOG'] === 'debug') world.io.stderr.write(traceText(error));
    return reportError(error, world.io, options.json);
  }
}

/** Null where it is not what an editor would write, or a variable is wrong. */
function simpleOptions(args: readonly string[], { environment }: World): SharedOptions | null {
  const { mode, dataDir, rest } = fewOptions(args);
  if (rest.length > 0) return null;
  try {
    return sharedOptions({ dataDir }, mode, environment);
  } catch {
    return null;
  }
}
