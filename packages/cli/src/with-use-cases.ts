import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Alone } from '@postern/sidecar';
import { aloneUseCases } from './alone-use-cases.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { withEmptyStore } from './empty-store.ts';
import { findSidecar, type RunningSidecar } from './find-sidecar.ts';
import { openAlone } from './open-alone.ts';
import { placesOf } from './places.ts';
import type { UseCases } from './use-cases.ts';

/** What a command needs where no sidecar runs and it works alone. */
export interface AloneNeeds {
  /** It may create the data directory; else it is done over an empty store where there is none. */
  readonly create: boolean;
  /** It is of use although secrets only live in memory, and so are none. */
  readonly memory: boolean;
  /** Its own answer says that it is the sandbox. */
  readonly saysSandbox?: boolean;
}

/** What every status and every screen of the sandbox says. */
export const sandboxSentence = 'Sandbox: no real account, no cost';

/** The sidecar that runs at one of the places, in whichever mode, or null. @throws CommandError as `findSidecar` */
export async function anySidecar(context: Context): Promise<RunningSidecar | null> {
  for (const { dataDir } of placesOf(context)) {
    const running = await findSidecar(dataDir);
    if (running !== null) return running;
  }
  return null;
}

/** The same, in the mode that was asked for, if one was. @throws CommandError as `findSidecar` and `refuseOtherMode` */
export async function runningSidecar(context: Context): Promise<RunningSidecar | null> {
  const running = await anySidecar(context);
  if (running !== null) refuseOtherMode(context, running);
  return running;
}

/**
 * A named folder may hold either: the real services in the place of the sandbox would cost money, and the sandbox in theirs would answer
 * with made-up text. @throws CommandError `data_dir_in_use`
 */
export function refuseOtherMode(
  { options: { mode } }: Pick<Context, 'options'>,
  { health, dataDir }: Pick<RunningSidecar, 'health' | 'dataDir'>,
): void {
  if (mode === null || mode === health.mode) return;
  throw new CommandError(
    'data_dir_in_use',
    `A Postern with --${health.mode} runs in ${dataDir}, and --${mode} was asked for.`,
  );
}

/** The sidecar that runs. @throws CommandError `not_running`, and as `runningSidecar` */
export async function requireSidecar(context: Context): Promise<RunningSidecar> {
  const running = await runningSidecar(context);
  if (running === null) throw new CommandError('not_running');
  return running;
}

/** Whether anything was ever kept in a data directory. */
export function hasStore(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postern.db'));
}

/** @throws CommandError `not_running` where nothing can be kept but by a running sidecar, and none runs */
export async function refuseMemory({ signIns }: Pick<Alone, 'signIns'>): Promise<void> {
  if ((await signIns.status(null)).store.kind !== 'memory') return;
  throw new CommandError(
    'not_running',
    'There is no keychain here: what is kept in memory is in a running Postern only.',
  );
}

/**
 * Does the work by the running sidecar, or alone where none runs, and closes what it opened. In sandbox mode it says so first.
 * @throws CommandError `not_running` where the work is impossible without a sidecar; whatever the work throws
 */
export async function withUseCases<T>(
  context: Context,
  needs: AloneNeeds,
  work: (useCases: UseCases, running: RunningSidecar | null) => Promise<T>,
): Promise<T> {
  const running = await runningSidecar(context);
  if (running !== null) {
    if (running.health.mode === 'sandbox' && !context.options.json && needs.saysSandbox !== true)
      context.io.stderr.write(`${sandboxSentence}.\n`);
    return await work(running.client, running);
  }
  const [{ mode, dataDir }] = placesOf(context);
  // The fake services live in the sidecar's process tree: without one there is nothing to talk to.
  if (mode === 'sandbox') throw new CommandError('not_running');
  if (!needs.create && !hasStore(dataDir)) {
    // What is kept in memory may be in a Postern that cannot be found.
    if (!needs.memory && context.options.store === 'memory') throw new CommandError('not_running');
    return await withEmptyStore(context, (useCases) => work(useCases, null));
  }
  const alone = await openAlone(context, { mode, dataDir, store: context.options.store });
  try {
    if (!needs.memory) await refuseMemory(alone);
    return await work(aloneUseCases(alone), null);
  } finally {
    await alone.close();
  }
}
