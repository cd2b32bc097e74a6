import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { methods } from '@agentclientprotocol/sdk';
import fc from 'fast-check';
import type { Household } from '../../end-to-end/harness/create-household.ts';
import { edit } from '../../end-to-end/harness/edit.ts';
import { acceptKey, sandboxApiKey } from '../../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern, startPosternIn } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';
import { longStory } from './sessions.ts';

/** What was done. Every session is one kill of Postern. */
export interface KillFigures {
  readonly byKind: ReadonlyMap<string, number>;
  /** From each kill until nothing was left, the other side included; milliseconds, shortest first. */
  readonly leftAfterMs: readonly number[];
}

/** A session that runs. */
interface Begun {
  /** Settles once its answer, or its program, has begun, or it has ended. */
  readonly begins: Promise<unknown>;
  /** Once Postern is gone: the other side comes to its end, in time. */
  readonly end: () => Promise<void>;
  /** What it leaves only goes when the next Postern starts. */
  readonly needsNext?: boolean;
}

type Kind = (postern: Postern) => Begun;

/** Longest time from the beginning of a session to the kill, where nothing has begun before. */
const latestKillMs = 2_500;
/** In which an answer begins. */
const longestAnswerMs = 20_000;
/** In which the other side must have come to its end. */
const patienceMs = 60_000;

const waiting = 'console.log("here"); setInterval(() => {}, 1000)';
const command = 'run `echo one; sleep 602`';

/** Every kind of session under which Postern is killed, and what the other side then does. */
const kinds: Readonly<Record<string, Kind>> = {
  'query over HTTP': (postern) => query(postern, longStory, false),
  'query with a command that runs': (postern) => query(postern, command, true),
  'editor, asks on': (postern) => editor(postern, true),
  'editor, leaves': (postern) => editor(postern, false),
  'editor, killed as well': ({ household }) => {
    const acp = household.begin(['acp', '--sandbox'], initialize);
    return killedAsWell(acp, acp.prints(/"protocolVersion"/));
  },
  'command line': ({ household }) => {
    const ask = household.begin(['ask', longStory], '');
    return {
      begins: ask.prints(/\S/).catch(() => undefined),
      end: async () => {
        const { exitCode, stderr } = await ask.ended();
        assert.notEqual(exitCode, null, 'postern ask was killed');
        if (exitCode !== 0) assert.match(stderr, /\S/, 'postern ask failed without a word');
      },
    };
  },
  'command line, killed as well': ({ household }) => {
    const ask = household.begin(['ask', longStory], '');
    return killedAsWell(ask, ask.prints(/\S/));
  },
  'program with a lease': ({ household }) => {
    const run = household.begin(['run', '--', process.execPath, '-e', waiting], '');
    return {
      begins: run.prints(/here/).catch(() => undefined),
      end: async () => {
        // Postern is started again for it meanwhile, or is being started.
        await pause(500);
        run.send('SIGTERM');
        await run.ended();
      },
    };
  },
  'program with a lease, killed as well': ({ household }) => {
    const run = household.begin(['run', '--', process.execPath, '-e', waiting], '');
    return killedAsWell(run, run.prints(/here/));
  },
};

const initialize = `${JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: 1, clientCapabilities: {} },
})}\n`;

function killedAsWell(other: ReturnType<Household['begin']>, begins: Promise<unknown>): Begun {
  return {
    begins: begins.catch(() => undefined),
    end: async () => {
      other.send('SIGKILL');
      await other.ended();
    },
  };
}

/** As a window has one: it must not wait for an answer that cannot come. */
function query({ household, client }: Postern, prompt: string, runsCommand: boolean): Begun {
  const begins = Promise.withResolvers<void>();
  const { workspace } = household;
  const read = async (): Promise<void> => {
    for await (const { event, data } of client.runQuery({ prompt, workspace })) {
      if (event === 'permission_request')
        await client.approve({ requestId: data.requestId, decision: 'allow' });
      if (!runsCommand && event === 'assistant_text') begins.resolve();
    }
  };
  const over = read()
    .catch(() => undefined)
    .finally(begins.resolve);
  if (runsCommand)
    void waitUntil('the command runs', () =>
      household.processes().some(({ command: line }) => line === 'sleep 602'),
    )
      .catch(() => undefined)
      .finally(begins.resolve);
  return { begins: begins.promise, end: () => inTime('the query ends', over), needsNext: runsCommand };
}

/** An editor that asked: its prompt must end, and it can ask on, for which Postern is started again. */
function editor({ household }: Postern, asksOn: boolean): Begun {
  const begins = Promise.withResolvers<void>();
  const killed = Promise.withResolvers<void>();
  const over = edit(household, async ({ agent, updates }) => {
    const asked = async (text: string): Promise<void> => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [],
      });
      await agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
    };
    const first = asked(longStory).catch(() => undefined);
    await Promise.race([first, killed.promise, waitUntil('the answer begins', () => updates.length > 0)]);
    begins.resolve();
    await killed.promise;
    if (!asksOn) return;
    await inTime('the prompt ends', first);
    // The sandbox of another Postern knows no key: that it answers is enough.
    await inTime(
      'the next prompt is answered',
      asked('Hello').catch(() => undefined),
    );
  }).finally(begins.resolve);
  over.catch(() => undefined);
  return {
    begins: begins.promise,
    end: async () => {
      killed.resolve();
      await inTime('the editor’s process ends', over);
    },
  };
}

/**
 * Kills Postern under so many sessions, kind after kind, each at a moment that the seed chooses, as it does the first kind, in the same folders:
 * each next one starts on what the killed one left.
 * @throws Error where the other side hangs, or a process outlives the session
 */
export async function killPosternUnder({
  sessions,
  seed,
  withinMs = Number.POSITIVE_INFINITY,
  say = () => undefined,
}: {
  readonly sessions: number;
  readonly seed: number;
  /** After this long no further session begins. */
  readonly withinMs?: number;
  readonly say?: (line: string) => void;
}): Promise<KillFigures> {
  // A third as the answer begins, the others at any moment before or around it.
  const moment = fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: latestKillMs }) },
  );
  const moments = fc.sample(moment, { seed, numRuns: sessions });
  const endsAtMs = performance.now() + withinMs;
  const names = Object.keys(kinds);
  const byKind = new Map<string, number>();
  const leftAfterMs: number[] = [];
  let postern = await startPostern();
  const { household } = postern;
  try {
    for (const [index, killAfterMs] of moments.entries()) {
      if (performance.now() > endsAtMs) break;
      const name = names[(seed + index) % names.length] ?? '';
      say(`${index} ${name}, killed ${killAfterMs === null ? 'as it answers' : `after ${killAfterMs} ms`}`);
      await acceptKey(postern.ready.sandboxUrl ?? '');
      await postern.client.updateSettings({ apiKey: sandboxApiKey });
      leftAfterMs.push(await killUnder(postern, kinds[name], killAfterMs ?? longestAnswerMs));
      byKind.set(name, (byKind.get(name) ?? 0) + 1);
      postern = await startPosternIn(household, ['--sandbox', '--port', '0']);
    }
    await waitUntil('no lease is left', async () => (await postern.client.leases()).length === 0);
    // Asserts that nothing of it runs on.
    await postern.stop();
    return { byKind, leftAfterMs: leftAfterMs.toSorted((one, other) => one - other) };
  } catch (error) {
    const left = household.processes().map(({ pid, command: line }) => `${pid} ${line.slice(0, 120)}`);
    await household.close();
    throw new Error(`seed ${seed}; there was\n${left.join('\n')}`, { cause: error });
  }
}

/** One session and one kill, until nothing is left. Gives how long the last process took to leave, the other side's end included. */
async function killUnder(postern: Postern, kind: Kind | undefined, delayMs: number): Promise<number> {
  const { household } = postern;
  assert.ok(kind !== undefined);
  const session = kind(postern);
  await Promise.race([session.begins, pause(delayMs)]);
  postern.command.send('SIGKILL');
  await postern.command.ended();
  const killedAt = performance.now();
  await session.end();
  await stopWhatWasStarted(household);
  if (session.needsNext === true) {
    const before = new Set(household.processes().map(({ pid }) => pid));
    const next = await startPosternIn(household, ['--sandbox', '--port', '0']);
    await waitUntil('the next Postern ends what the killed one had started', () =>
      household.processes().every(({ pid }) => !before.has(pid)),
    );
    next.command.send('SIGTERM');
    await next.command.ended();
  }
  await waitUntil('what it had started has left', () => household.processes().length === 0);
  return performance.now() - killedAt;
}

/** A Postern that the other side started, or is starting, for itself. */
async function stopWhatWasStarted(household: Household): Promise<void> {
  const { exitCode, stderr } = await household.run(['stop', '--sandbox']);
  assert.equal(exitCode, 0, stderr);
}

async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = pause(patienceMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`not within ${patienceMs} ms: ${what}`);
  });
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    late.abort();
  }
}
