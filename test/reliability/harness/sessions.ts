import assert from 'node:assert/strict';
import { methods } from '@agentclientprotocol/sdk';
import type { Household } from '../../end-to-end/harness/create-household.ts';
import { edit, isAnswering } from '../../end-to-end/harness/edit.ts';
import { acceptKey, sandboxApiKey } from '../../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern, startPosternIn } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';

/** What was done, and the most processes that ran at a time on behalf of Postern, itself included. */
export interface SessionFigures {
  readonly byKind: ReadonlyMap<string, number>;
  readonly mostProcesses: number;
  /** Once everything had come to an end, before Postern itself was stopped. */
  readonly processesAtRest: number;
}

/** One session, from its beginning until one of its sides leaves. */
export type Session = (postern: Postern) => Promise<void>;

/** A prompt whose answer takes a while. */
export const longStory = 'Tell me a long story';
/** Programs that may wait for the next prompt: one spare, and three of conversations. */
const mostWaiting = 4;

/** Every way in which a session begins, and in which the other side than Postern leaves. */
export const endedKinds: Readonly<Record<string, Session>> = {
  'editor, to its end': ({ household }) =>
    edit(household, async ({ agent }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [],
      });
      await agent.request(methods.agent.session.prompt, {
        sessionId,
        prompt: [{ type: 'text', text: 'Hello' }],
      });
    }),
  'editor, leaves in the middle': ({ household }) =>
    edit(household, async ({ agent, updates }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [],
      });
      const prompt = [{ type: 'text' as const, text: longStory }];
      agent.request(methods.agent.session.prompt, { sessionId, prompt }).catch(() => undefined);
      await waitUntil('the answer begins', () => isAnswering(updates));
    }),
  'editor, killed': async ({ household }) => {
    const command = household.begin(['acp', '--sandbox'], initialize);
    await command.prints(/"protocolVersion"/);
    command.send('SIGKILL');
    await command.ended();
  },
  'query, to its end': async ({ client }) => {
    for await (const { event, data } of client.runQuery({ prompt: 'Hello' }))
      if (event === 'error') throw new Error(`a query failed: ${data.code}`);
  },
  'query, left in the middle': async ({ client }) => {
    for await (const { event } of client.runQuery({ prompt: longStory }))
      if (event === 'assistant_text') break;
  },
  'command line, to its end': async ({ household }) => {
    const { exitCode, stderr } = await household.run(['ask', 'Hello'], '');
    assert.equal(exitCode, 0, stderr);
  },
  'command line, killed': async ({ household }) => {
    const command = household.begin(['ask', longStory], '');
    await command.prints(/\S/);
    command.send('SIGKILL');
    await command.ended();
  },
  'program with a lease': async ({ household }) => {
    const script = 'fetch(process.env.ANTHROPIC_BASE_URL + "/v1/models").then(() => process.exit(3))';
    const { exitCode } = await household.run(['run', '--', process.execPath, '-e', script], '');
    assert.equal(exitCode, 3);
  },
  'program with a lease, stopped': async ({ household }) => {
    const script = 'console.log("here"); setInterval(() => {}, 1000)';
    const command = household.begin(['run', '--', process.execPath, '-e', script], '');
    await command.prints(/here/);
    command.send('SIGTERM');
    await command.ended();
  },
  'status line': async ({ household }) => {
    const { exitCode } = await household.run(['statusline']);
    assert.equal(exitCode, 0);
  },
};

const initialize = `${JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: 1, clientCapabilities: {} },
})}\n`;

/**
 * Runs so many sessions, kind after kind, against one Postern in the sandbox, `atOnce` at a time; every `killEvery` of them it is killed in the
 * middle of an answer and started again.
 * @throws Error where a process outlives its session, or Postern
 */
export async function runSessions(options: {
  readonly sessions: number;
  readonly atOnce: number;
  readonly killEvery: number;
  /** Other kinds of sessions, and what they need of a Postern that has just been started. */
  readonly other?: {
    readonly kinds: Readonly<Record<string, Session>>;
    readonly prepare: (postern: Postern) => Promise<void>;
  };
}): Promise<SessionFigures> {
  const { sessions, atOnce, killEvery, other } = options;
  const chosen = other?.kinds ?? endedKinds;
  const open = async (folders?: Household): Promise<Postern> => {
    const opened = await openPostern(folders);
    await other?.prepare(opened);
    return opened;
  };
  const names = Object.keys(chosen);
  const byKind = new Map<string, number>();
  let mostProcesses = 0;
  let postern = await open();
  try {
    for (let done = 0; done < sessions; ) {
      const batch = Array.from({ length: Math.min(atOnce, sessions - done) }, (_, index) => {
        const name = names[(done + index) % names.length] ?? '';
        byKind.set(name, (byKind.get(name) ?? 0) + 1);
        return chosen[name]?.(postern);
      });
      await Promise.all(batch);
      const before = done;
      done += batch.length;
      mostProcesses = Math.max(mostProcesses, postern.household.processes().length);
      if (Math.floor(before / killEvery) !== Math.floor(done / killEvery)) {
        await kill(postern);
        postern = other === undefined ? await openElsewhere(postern, open) : await openAgain(postern, open);
      }
    }
    await onlyWaiting(postern);
    await noLease(postern);
    const processesAtRest = postern.household.processes().length;
    // Asserts that nothing of it runs on.
    await postern.stop();
    return { byKind, mostProcesses, processesAtRest };
  } catch (error) {
    await postern.household.close();
    throw error;
  }
}

async function openPostern(folders?: Household): Promise<Postern> {
  const postern =
    folders === undefined
      ? await startPostern()
      : await startPosternIn(folders, ['--sandbox', '--port', '0']);
  await acceptKey(postern.ready.sandboxUrl ?? '');
  await postern.client.updateSettings({ apiKey: sandboxApiKey });
  return postern;
}

type Open = (folders?: Household) => Promise<Postern>;

/** What a killed one had started has left by itself; another one begins. */
async function openElsewhere({ household }: Postern, open: Open): Promise<Postern> {
  await waitUntil('what it had started has left', () => household.processes().length === 0);
  await household.close();
  return await open();
}

/** The next one ends what does not leave by itself, such as a server that does not care that its input has ended. */
async function openAgain({ household }: Postern, open: Open): Promise<Postern> {
  const before = new Set(household.processes().map(({ pid }) => pid));
  const postern = await open(household);
  await waitUntil(
    'what the killed one had started has left',
    () => !household.processes().some(({ pid }) => before.has(pid)),
  );
  return postern;
}

/** Kills it while an answer streams. */
async function kill(postern: Postern): Promise<void> {
  const { workspace } = postern.household;
  for await (const { event } of postern.client.runQuery({ prompt: longStory, workspace })) {
    if (event !== 'assistant_text') continue;
    postern.command.send('SIGKILL');
    break;
  }
  await postern.command.ended();
}

/** Settles once nothing of the sessions is left but programs that wait for the next prompt. */
export async function onlyWaiting(postern: Postern): Promise<void> {
  await waitUntil('nothing but what waits runs', () => programsOf(postern) <= mostWaiting);
}

/** Settles once no lease is left: after a restart one waits 30 s for the process that held it. */
export async function noLease({ client }: Postern): Promise<void> {
  await waitUntil('no lease is left', async () => (await client.leases()).length === 0, 60_000);
}

/** Of the Agent SDK. */
function programsOf({ household }: Postern): number {
  return household.processes().filter(({ command }) => command.includes('claude-agent-sdk')).length;
}
