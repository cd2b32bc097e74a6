import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { placesOf } from './places.ts';
import { shortInstant } from './print.ts';
import { isAlive, readStartingFile, type StartingRecord } from './sidecar-record.ts';

/** Time in which a start that has just got hold of its directory replaces what a crash left there. */
const settleMs = 100;

/** A sidecar that starts, and where. */
export interface StartingSidecar extends StartingRecord {
  readonly dataDir: string;
}

/**
 * The sidecar that starts at the first place that is held, as it says of itself; null where none does, or where it runs already.
 * @throws CommandError `unsafe_storage`
 */
export async function startingSidecar(context: Context): Promise<StartingSidecar | null> {
  const places = placesOf(context).map(({ dataDir }) => ({ dataDir, path: join(dataDir, 'starting.json') }));
  if (!places.some(({ path }) => existsSync(path))) return null;
  const { isHeld } = await import('@postern/sidecar/instance-lock');
  const held = places.find(({ dataDir }) => isHeld(dataDir));
  if (held === undefined) return null;
  // Seen twice: what a crash left is replaced as soon as the next start holds the directory.
  const before = readStartingFile(held.path);
  if (before === null) return null;
  await sleep(settleMs);
  const starting = readStartingFile(held.path);
  if (starting?.pid !== before.pid || !isAlive(starting.pid) || !isHeld(held.dataDir)) return null;
  return { ...starting, dataDir: held.dataDir };
}

/** A start as the user reads it, and what they can do. Pure. */
export function startingInWords({ pid, startedAt, waitsFor }: StartingRecord): {
  readonly state: string;
  readonly nextStep: string;
} {
  const since = startedAt === null ? '' : ` since ${shortInstant(startedAt)}`;
  const step = {
    keychain: 'Look for a window of the keychain’s and answer it.',
    passphrase: 'Type the passphrase where Postern was started.',
  };
  return {
    state: `starting${since}${waitsFor === null ? '' : `, waiting for the ${waitsFor}`} (process ${pid})`,
    nextStep: `${waitsFor === null ? 'Ask again in a moment.' : step[waitsFor]} To end this start: postern stop`,
  };
}
