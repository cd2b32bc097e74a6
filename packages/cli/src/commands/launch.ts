import type { Context } from '../context.ts';
import { runningSidecar } from '../with-use-cases.ts';
import { handleUrl } from './handle-url.ts';
import { open } from './open.ts';
import { start } from './start.ts';

/** What a launcher starts: a link is handled; else a window of the running Postern opens, and Postern starts if it does not run. */
export async function launch(context: Context, link: string | undefined): Promise<number> {
  if (link !== undefined && link !== '') return await handleUrl(context, link);
  if ((await runningSidecar(context)) !== null) return await open(context, undefined, {});
  return await start(context, {});
}
