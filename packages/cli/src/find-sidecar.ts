import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPosternClient, type PosternClient, PosternError } from '@postern/client';
import type { Health, SidecarFile } from '@postern/contract';
import { CommandError } from './command-error.ts';

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
  const client = createPosternClient({ baseUrl: file.url, token: file.token });
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

/** True while a process with this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Null where it is not there, or is no sidecar's file. @throws CommandError `unsafe_storage` */
function readSidecarFile(path: string): SidecarFile | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const foreign = process.getuid !== undefined && stat.uid !== process.getuid();
  const loose = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
  if (!stat.isFile() || foreign || loose)
    throw new CommandError('unsafe_storage', `${path} must be your own file with mode 0600.`);
  return sidecarFile(readFileSync(path, 'utf8'));
}

function sidecarFile(text: string): SidecarFile | null {
  let file: Partial<Record<keyof SidecarFile, unknown>> | null;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const { pid, url, token, startedAt, version } = file ?? {};
  const texts = [token, startedAt, version].every((each) => typeof each === 'string' && each !== '');
  if (!texts || !Number.isSafeInteger(pid) || Number(pid) <= 0) return null;
  // The token goes nowhere but to this machine, whatever the file says.
  if (typeof url !== 'string' || !/^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url)) return null;
  return { pid, url, token, startedAt, version } as SidecarFile;
}
