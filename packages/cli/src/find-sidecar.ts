import { join } from 'node:path';
import { createPosternClient, type PosternClient, PosternError } from '@postern/client';
import type { Health } from '@postern/contract';
import { CommandError } from './command-error.ts';
import { loopbackFetch } from './loopback-fetch.ts';
import { isAlive, readSidecarFile } from './sidecar-record.ts';

/** A sidecar that answers. */
export interface RunningSidecar {
  readonly client: PosternClient;
  readonly health: Health;
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
}

/** A sidecar that is busy may take this long to say that it is well. */
const healthWithinMs = 5_000;

/**
 * The sidecar of a data directory, or null where none runs (its file may be left over from a crash).
 * @throws CommandError `unsafe_storage` where others could have written its file; `not_running` where it runs and does not answer
 */
export async function findSidecar(dataDir: string): Promise<RunningSidecar | null> {
  const file = readSidecarFile(join(dataDir, 'sidecar.json'));
  if (file === null || !isAlive(file.pid)) return null;
  const client = createPosternClient({ baseUrl: file.url, token: file.token, fetch: loopbackFetch });
  try {
    const health = await client.health({ signal: AbortSignal.timeout(healthWithinMs) });
    return { client, health, pid: file.pid, url: file.url, dataDir };
  } catch (error) {
    // Nothing listens: the number of the process was given to another program.
    if (error instanceof PosternError) return null;
    throw new CommandError('not_running', `Process ${file.pid} runs, but does not answer at ${file.url}.`, {
      cause: error,
    });
  }
}
