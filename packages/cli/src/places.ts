import { dataDirOf } from '@postern/sidecar/data-dir';
import type { Context } from './context.ts';
import { fromHere } from './current-folder.ts';

/** One place where Postern may keep its things. */
export interface Place {
  readonly mode: 'sandbox' | 'live';
  readonly dataDir: string;
}

/** The places a command looks at, in order: what was asked for, else the real one and then the sandbox's. @throws CommandError as `hereOf` */
export function placesOf(
  context: Pick<Context, 'options' | 'environment' | 'platform' | 'homeDir' | 'cwd'>,
): readonly [Place, ...Place[]] {
  const { options, environment, platform, homeDir } = context;
  const named = options.dataDir ?? environment['POSTERN_DATA_DIR'] ?? '';
  const given = named === '' ? null : fromHere(context, named, '--data-dir');
  const place = (mode: Place['mode']): Place => ({
    mode,
    dataDir: dataDirOf({ given, mode, environment, platform, homeDir, cwd: homeDir }),
  });
  if (options.mode !== null) return [place(options.mode)];
  const live = place('live');
  const sandbox = place('sandbox');
  return live.dataDir === sandbox.dataDir ? [live] : [live, sandbox];
}

/** Their data directories. */
export function dataDirsOf(context: Parameters<typeof placesOf>[0]): readonly string[] {
  return placesOf(context).map(({ dataDir }) => dataDir);
}
