import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { methods } from '@agentclientprotocol/sdk';
import type { Household } from '../../end-to-end/harness/create-household.ts';
import { edit, isAnswering } from '../../end-to-end/harness/edit.ts';
import type { Postern } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';
import { longStory } from './sessions.ts';

/** A session that runs. */
export interface Begun {
  /** Settles once its answer, or its program, has begun, or it has ended. */
  readonly begins: Promise<unknown>;
  /** Once Postern is gone: the other side comes to its end, in time. */
  readonly end: () => Promise<void>;
  /** What it leaves only goes when the next Postern starts. */
  readonly needsNext?: boolean;
}

/** A session under which Postern is killed. */
export type KilledKind = (postern: Postern) => Begun;

/** In which the other side must have come to its end. */
export const patienceMs = 60_000;

const waiting = 'console.log("here"); setInterval(() => {}, 1000)';
const command = 'run `echo one; sleep 602`';

/** Every kind of session under which Postern is killed, and what the other side then does. */
export const killedKinds: Readonly<Record<string, KilledKind>> = {
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
    await Promise.race([first, killed.promise, waitUntil('the answer begins', () => isAnswering(updates))]);
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
