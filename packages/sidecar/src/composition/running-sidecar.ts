import { setTimeout as sleep } from 'node:timers/promises';
import { type Health, healthSchema, type SidecarFile, ticketSchema } from '@postern/contract';
import { isHeld } from './instance-lock.ts';
import { readSidecarFile } from './sidecar-file.ts';

const lookEveryMs = 100;

/** A sidecar that answers. */
export interface Running {
  readonly file: SidecarFile;
  readonly mode: Health['mode'];
}

/**
 * Waits for the sidecar that holds this data directory to say where it listens. `let_go`: it holds it no longer. One that stops takes its file
 * away first, and lets go once its programs have ended, which takes seconds.
 * @param giveUpAt of `performance.now()`; null is given then
 */
export async function findRunning(dataDir: string, giveUpAt: number): Promise<Running | 'let_go' | null> {
  for (;;) {
    const file = readSidecarFile(dataDir);
    const mode = file === null ? null : await modeOf(file);
    if (file !== null && mode !== null) return { file, mode };
    if (performance.now() > giveUpAt) return null;
    if (!isHeld(dataDir)) return 'let_go';
    await sleep(lookEveryMs);
  }
}

/** Another one-time address for its window, or null where it does not give one. */
export async function windowOfRunning(file: SidecarFile): Promise<string | null> {
  try {
    const response = await fetch(`${file.url}/session/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${file.token}`, 'content-type': 'application/json' },
      body: '{}',
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok ? ticketSchema.parse(await response.json()).url : null;
  } catch {
    return null;
  }
}

/** Null where it does not answer. An older one is read as well: only the mode matters. */
async function modeOf(file: SidecarFile): Promise<Health['mode'] | null> {
  try {
    const response = await fetch(`${file.url}/health`, {
      redirect: 'error',
      signal: AbortSignal.timeout(2_000),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return null;
    }
    return healthSchema.pick({ mode: true }).parse(await response.json()).mode;
  } catch {
    return null;
  }
}
