import { readFileSync } from 'node:fs';
import type { QueryRequest } from '@postern/contract';
import { signInByCommand } from '../../test/end-to-end/harness/sign-in-by-command.ts';
import { type Postern, startPostern } from '../../test/end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../test/end-to-end/harness/wait-until.ts';
import type { StandIn } from './start-stand-in.ts';

/** A signed-in sidecar in a process of its own, started by its command. */
export interface SignedIn extends AsyncDisposable {
  readonly postern: Postern;
  /** A new conversation in the program that waits for one; comes back when the whole answer is there and the next one waits. */
  askWarm(): Promise<{ readonly firstTextMs: number; readonly conversationId: string }>;
  /** The next question in a conversation. */
  askOn(conversationId: string): Promise<{ readonly firstTextMs: number }>;
  /** Waits for a program that is ready for the next new conversation. */
  warm(): Promise<void>;
}

/** How long a program must have done nothing to be taken for ready. */
const restMs = 200;
const hundredthSecondsAtRest = 1;

/**
 * Starts `postern start --live` against the stand-in and signs in.
 * @param options `script`: full path of the `postern` that it is, default this checkout's; `variables`: instead of the stand-in's issuer
 */
export async function startSignedIn(
  { ready }: StandIn,
  {
    script,
    variables = { POSTERN_OAUTH_ISSUER: ready.issuer },
  }: { readonly script?: string; readonly variables?: Readonly<Record<string, string>> } = {},
): Promise<SignedIn> {
  const postern = await startPostern({
    ...(script === undefined ? {} : { script }),
    args: ['--live', '--store', 'memory', '--port', '0'],
    variables: {
      POSTERN_API_BASE_URL: ready.apiBaseUrl,
      ...variables,
      POSTERN_OAUTH_CLIENT_ID: ready.clientId,
    },
  });
  try {
    await signInByCommand(postern);
  } catch (error) {
    await postern.stop();
    throw error;
  }
  /** Programs that had their conversation and run: the system gives the numbers of those that ended away again. */
  const used = new Set<number>();
  const programs = (): number[] =>
    postern.household
      .processes()
      .map(({ pid }) => pid)
      .filter((pid) => pid !== postern.ready.pid);

  async function warm(): Promise<void> {
    await waitUntil('a program that waits for a new conversation', async () => {
      const fresh = programs().filter((pid) => !used.has(pid));
      if (fresh.length === 0) return false;
      const before = worked(fresh);
      await new Promise((resolve) => setTimeout(resolve, restMs));
      return worked(fresh) - before <= hundredthSecondsAtRest;
    });
  }

  return {
    postern,
    warm,
    async askWarm() {
      await warm();
      used.clear();
      for (const pid of programs()) used.add(pid);
      return await ask(postern, {});
    },
    askOn: (conversationId) => ask(postern, { conversationId }),
    [Symbol.asyncDispose]: () => postern.stop(),
  };
}

async function ask(
  { client }: Postern,
  more: Pick<QueryRequest, 'conversationId'>,
): Promise<{ readonly firstTextMs: number; readonly conversationId: string }> {
  const startedAt = performance.now();
  let firstTextMs = Number.NaN;
  let conversationId = '';
  for await (const { event, data } of client.runQuery({ prompt: 'Hello', ...more })) {
    if (event === 'started') conversationId = data.conversationId;
    if (event === 'assistant_text' && Number.isNaN(firstTextMs)) firstTextMs = performance.now() - startedAt;
    if (event === 'error') throw new Error(`the query ended in ${data.code}`);
  }
  return { firstTextMs, conversationId };
}

/** Hundredths of a second that processes have worked so far. Source: proc(5), fields 14 and 15 of `stat`. */
function worked(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + workedBy(pid), 0);
}

function workedBy(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return Number(user) + Number(system);
  } catch {
    return 0;
  }
}
