import { setTimeout as pause } from 'node:timers/promises';
import { createPosternClient } from '@postern/client';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';
import { acceptKey, sandboxApiKey } from '../../test/end-to-end/harness/sandbox-api-key.ts';
import { waitUntil } from '../../test/end-to-end/harness/wait-until.ts';
import { openEventStreams } from './open-event-streams.ts';
import { startScript } from './run-script.ts';
import type { StandIn } from './start-stand-in.ts';

/** Resident memory, in bytes. */
export interface IdleMemory {
  /** The sidecar before anybody signed in: no program waits. */
  readonly signedOut: number;
  /** The sidecar that somebody may ask, with nobody beside it. */
  readonly sidecar: number;
  /** The program that had waited beside it. */
  readonly program: number;
  /** What the sidecar grew by for each idle event stream, from the first to the last it allows. */
  readonly perStream: number;
}

/** What a process needs to come to rest after it has started or lost a child. */
const restMs = 2_000;
/** One below the limit of the product. */
const mostStreams = 99;

/** Starts a sidecar, saves a key, lets it rest, ends the program that then waits beside it, and weighs both. */
export async function idleMemory(
  script: string,
  more: readonly string[],
  service: StandIn,
): Promise<IdleMemory> {
  await using postern = await startScript(script, more, service.ready.apiBaseUrl);
  const { pid, url, sandboxUrl } = postern.ready;
  await pause(restMs);
  const signedOut = residentBytes(pid);
  await acceptKey(sandboxUrl ?? service.ready.url);
  const client = createPosternClient({ baseUrl: url, token: postern.token });
  await client.updateSettings({ apiKey: sandboxApiKey });
  await waitUntil('a warm program', () => postern.programs().length > 0);
  await pause(restMs);
  const waiting = postern.programs();
  const program = waiting.reduce((sum, each) => sum + residentBytes(each), 0);
  // Ended, it is not started again before the next query.
  for (const each of waiting) process.kill(each, 'SIGKILL');
  await pause(restMs);
  const sidecar = residentBytes(pid);
  using streams = openEventStreams({ url, bearer: postern.token });
  await streams.growTo(1);
  const before = residentBytes(pid);
  await streams.growTo(mostStreams);
  const perStream = (residentBytes(pid) - before) / (mostStreams - 1);
  return { signedOut, sidecar, program, perStream };
}
