import { join } from 'node:path';
import { createPosternClient, type PosternClient, PosternError } from '@postern/client';
import type { Health } from '@postern/contract';
import { CommandError } from './command-error.ts';
import { loopbackFetch } from './loopback-fetch.ts';
import { isAlive, isStopped, readSidecarFile } from './sidecar-record.ts';

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
 * @throws CommandError `unsafe_storage` where others could have written its file; `not_answering` where it hangs
 */
export async function findSidecar(dataDir: string): Promise<RunningSidecar | null> {
  const file = readSidecarFile(join(dataDir, 'sidecar.json'));
  if (file === null || !isAlive(file.pid)) return null;
  const detail = () => hangDetail(file.pid);
  const client = createPosternClient({
    ...{ baseUrl: file.url, token: file.token, fetch: loopbackFetch },
    hangs: { detail },
  });
  try {
    const health = await client.health({ signal: AbortSignal.timeout(healthWithinMs) });
    return { client, health, pid: file.pid, url: file.url, dataDir };
  } catch (error) {
    // Nothing listens: the number of the process was given to another program.
    if (error instanceof PosternError) return null;
    throw new CommandError('not_answering', detail(), { cause: error });
  }
}

/** Which one hangs, and what can be done about it where that is known. */
function hangDetail(pid: number): string {
  if (isStopped(pid)) return `Process ${pid} was stopped by a signal. To let it go on: kill -CONT ${pid}`;
  return `Process ${pid} is there, and has answered nothing for some seconds.`;
}
