import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { client, methods, ndJsonStream } from '@agentclientprotocol/sdk';
import { processesOf, residentBytes } from '../../test/end-to-end/harness/processes.ts';

/** An agent as an editor starts it. */
export interface AgentProcess {
  /** Of Node, after its own path. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workspace: string;
  /** In the command line or the environment of every process that works for it. */
  readonly root: string;
}

/** What one editor met, from the start of the process to its end. */
export interface EditorRound {
  readonly initializeMs: number;
  /** From `session/new` to the first piece of the first answer. */
  readonly newSessionMs: number;
  /** From the next prompt to its first piece. */
  readonly nextPromptMs: number;
  /** Of the process that the editor started, after these two answers. */
  readonly processMb: number;
  /** What all processes together hold more once a second session was opened, before its first prompt. */
  readonly secondSessionMb: number;
}

/** A second session may start programs: they have come to rest by then. */
const settleMs = 3_000;

/** One editor: starts the agent, opens a session, asks twice, opens a second session, and leaves. */
export async function editOnce({ args, environment, workspace, root }: AgentProcess): Promise<EditorRound> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    ...{ cwd: workspace, env: environment, stdio: ['pipe', 'pipe', 'ignore'] },
  });
  const exited = once(child, 'exit');
  let heard: (() => void) | null = null;
  const stream = ndJsonStream(
    Writable.toWeb(child.stdin),
    Readable.toWeb(child.stdout) as unknown as ReadableStream<Uint8Array>,
  );
  try {
    return await client({ name: 'editor' })
      .onRequest(methods.client.session.requestPermission, () => ({ outcome: { outcome: 'cancelled' } }))
      .onNotification(methods.client.session.update, ({ params }) => {
        if (params.update.sessionUpdate === 'agent_message_chunk') heard?.();
      })
      .connectWith(stream, async (agent) => {
        await agent.request(methods.agent.initialize, { protocolVersion: 1 });
        const initializeMs = performance.now() - startedAt;
        const ask = async (sessionId: string, fromMs: number): Promise<number> => {
          const first = Promise.withResolvers<number>();
          heard = () => first.resolve(performance.now() - fromMs);
          const prompt = [{ type: 'text' as const, text: 'Hello' }];
          await agent.request(methods.agent.session.prompt, { sessionId, prompt });
          return await first.promise;
        };
        const newAt = performance.now();
        const open = () => agent.request(methods.agent.session.new, { cwd: workspace, mcpServers: [] });
        const { sessionId } = await open();
        const newSessionMs = await ask(sessionId, newAt);
        const nextPromptMs = await ask(sessionId, performance.now());
        await pause(settleMs);
        const processMb = residentBytes(child.pid ?? 0) / 1e6;
        const before = weighMb(root);
        const { sessionId: second } = await open();
        await pause(settleMs);
        const secondSessionMb = weighMb(root) - before;
        await agent.request(methods.agent.session.close, { sessionId: second });
        return { initializeMs, newSessionMs, nextPromptMs, processMb, secondSessionMb };
      });
  } finally {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), settleMs);
    await exited;
    clearTimeout(late);
  }
}

function weighMb(root: string): number {
  return processesOf(root).reduce((sum, { pid }) => sum + residentBytes(pid), 0) / 1e6;
}
