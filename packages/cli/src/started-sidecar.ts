import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { findSidecar, type RunningSidecar } from './find-sidecar.ts';
import { mallocVariables } from './malloc-variables.ts';
import { placesOf } from './places.ts';
import { isAlive, readSidecarFile } from './sidecar-record.ts';
import { startingInWords, startingSidecar } from './starting-sidecar.ts';
import { refuseOtherMode, runningSidecar } from './with-use-cases.ts';

const usualStartMs = 30_000;
const looksEveryMs = 50;
/** One that answered this short a while ago is not asked again whether it is well: a prompt does not wait for that. */
const trustedForMs = 60_000;
/** Most of what a sidecar that did not start has to say. */
const mostWords = 2_000;

/**
 * Gives the running sidecar, and starts one without a window where none runs; it outlives us. One start at a time, and a sidecar that
 * went away meanwhile is started again, as what it was: what was asked of the sandbox never goes to the real services.
 * @throws CommandError `not_running` with what it said or waits for where it does not start in time, `not_answering` where it hangs,
 *   `data_dir_in_use` where one of the other mode took its place
 */
export function startedSidecar(
  context: Context,
  startsWithinMs = usualStartMs,
): () => Promise<RunningSidecar> {
  let known: RunningSidecar | null = null;
  let answeredAtMs = 0;
  let starting: Promise<RunningSidecar> | null = null;
  return async () => {
    if (known !== null && isThere(known)) {
      if (performance.now() - answeredAtMs < trustedForMs) return known;
    }
    starting ??= found(known === null ? context : likeThat(context, known), startsWithinMs).finally(() => {
      starting = null;
    });
    const next = await starting;
    answeredAtMs = performance.now();
    // Its client keeps its connections.
    if (known?.pid !== next.pid || known.url !== next.url) known = next;
    return known;
  };
}

/** For the same place and mode, whatever was asked for at first. */
function likeThat(context: Context, { dataDir, health }: RunningSidecar): Context {
  return { ...context, options: { ...context.options, dataDir, mode: health.mode } };
}

/** Its process runs, and its file still names it: one that stops takes the file away. */
function isThere({ dataDir, pid, url }: RunningSidecar): boolean {
  try {
    const file = readSidecarFile(join(dataDir, 'sidecar.json'));
    return file !== null && file.pid === pid && file.url === url && isAlive(pid);
  } catch {
    return false;
  }
}

async function found(context: Context, startsWithinMs: number): Promise<RunningSidecar> {
  const running = await runningSidecar(context);
  if (running !== null) return running;
  const started = await start(context, startsWithinMs);
  // Ours may have given way to another that was started at the same moment.
  refuseOtherMode(context, started);
  return started;
}

async function start(context: Context, startsWithinMs: number): Promise<RunningSidecar> {
  const [{ mode, dataDir }] = placesOf(context);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const [program = '', ...before] = context.selfCommand;
  const args = [...before, 'start', `--${mode}`, '--data-dir', dataDir, '--port', '0', '--no-open', '--json'];
  const { store, sandboxKind } = context.options;
  if (sandboxKind !== undefined) args.push('--sandbox-kind', sandboxKind);
  if (store !== null) args.push('--store', store);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...mallocVariables, ...context.environment },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    if (said.length < mostWords) said += piece.slice(0, mostWords);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  try {
    const endsAt = Date.now() + startsWithinMs;
    while (Date.now() < endsAt) {
      const running = await findSidecar(dataDir).catch(() => null);
      if (running !== null) return running;
      const isOver = await Promise.race([ended.then(() => true), pause(looksEveryMs)]);
      if (isOver) break;
    }
    // Another one was started at the same moment, and ours gave way to it.
    const other = await findSidecar(dataDir).catch(() => null);
    if (other !== null) return other;
    throw new CommandError(
      'not_running',
      (await stillStarting(context)) ?? (said.trim() || 'It did not start.'),
    );
  } finally {
    // It outlives us, however long it takes: nothing of it keeps this process.
    child.stderr.destroy();
    child.unref();
  }
}

async function stillStarting(context: Context): Promise<string | null> {
  const starting = await startingSidecar(context).catch(() => null);
  if (starting === null) return null;
  const { state, nextStep } = startingInWords(starting);
  return `Still ${state}. ${nextStep}`;
}

const pause = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms));
