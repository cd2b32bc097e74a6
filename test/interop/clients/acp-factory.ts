import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Saw } from './client.ts';
import { story, withAgent } from './with-agent.ts';

/** As much of the package as is used. */
interface AcpFactory {
  readonly AgentFactory: {
    register(name: string, agent: { command: string; args: readonly string[]; env: object }): void;
    spawn(name: string, options: { permissionMode: 'interactive' | 'auto-deny' }): Promise<Agent>;
  };
}

interface Agent {
  createSession(cwd: string): Promise<Session>;
  loadSession(id: string, cwd: string): Promise<Session>;
  close(): Promise<void>;
}

interface Session {
  readonly id: string;
  readonly modes: readonly string[];
  prompt(text: string): AsyncIterable<Update>;
  cancel(): Promise<void>;
  setMode(mode: string): Promise<void>;
  respondToPermission(requestId: string, optionId: string): void;
}

interface Update {
  readonly sessionUpdate: string;
  readonly requestId?: string;
  readonly content?: { readonly text?: string };
}

/** acp-factory starts `postern acp`, gets its questions as updates, and takes the session up again in another process. */
export async function driveByAcpFactory(modules: string, saw: Saw): Promise<void> {
  const { AgentFactory } = (await import(join(modules, 'acp-factory/dist/index.js'))) as AcpFactory;
  await withAgent(async ({ postern, command, args, env }) => {
    const { workspace } = postern.household;
    const file = (name: string): string => join(workspace, name);
    AgentFactory.register('postern', { command, args, env });

    const agent = await AgentFactory.spawn('postern', { permissionMode: 'interactive' });
    const session = await agent.createSession(workspace);
    saw('knows the modes', session.modes.join() === 'ask,accept_edits,plan', session.modes.join());
    const asked = await kindsOf(session, 'Create a file called one.txt', 'allow');
    saw(
      'is asked, and its yes counts',
      asked.has('permission_request') && existsSync(file('one.txt')),
      list(asked),
    );
    saw('sees the call and its end', asked.has('tool_call') && asked.has('tool_call_update'), list(asked));
    const denied = await kindsOf(session, 'Create a file called two.txt', 'deny');
    saw('its no counts', denied.has('permission_request') && !existsSync(file('two.txt')), list(denied));

    let pieces = 0;
    for await (const { sessionUpdate } of session.prompt(story))
      if (sessionUpdate === 'agent_message_chunk' && ++pieces === 2) await session.cancel();
    const told = await postern.client.conversation(session.id);
    saw('cancels a turn', pieces < 20, `${pieces} pieces, ${told.items.length} items`);
    await session.setMode('plan');
    await agent.close();

    const again = await AgentFactory.spawn('postern', { permissionMode: 'auto-deny' });
    const loaded = await again.loadSession(session.id, workspace);
    const replayed = await kindsOf(loaded, 'Create a file called three.txt', 'deny');
    saw('loads it in another process', replayed.has('user_message_chunk'), list(replayed));
    saw('denies by itself there', !existsSync(file('three.txt')), list(replayed));
    await again.close();
  });
}

/** The kinds of updates of one prompt, its questions answered. */
async function kindsOf(session: Session, prompt: string, answer: string): Promise<ReadonlySet<string>> {
  const kinds = new Set<string>();
  for await (const { sessionUpdate, requestId } of session.prompt(prompt)) {
    kinds.add(sessionUpdate);
    if (sessionUpdate === 'permission_request') session.respondToPermission(requestId ?? '', answer);
  }
  return kinds;
}

const list = (kinds: ReadonlySet<string>): string => [...kinds].join();
