import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  client,
  methods,
  type RequestPermissionRequest,
  type SessionUpdate,
  type Stream,
} from '@agentclientprotocol/sdk';
import type { Saw } from './client.ts';
import { story, withAgent } from './with-agent.ts';

/** One side of a channel. */
interface Side {
  readonly messages: AsyncIterable<unknown>;
  send(message: unknown): void;
  close(): Promise<void>;
}

/** As much of the package as is used. */
interface ConductorModule {
  readonly Conductor: new (options: {
    readonly instantiator: unknown;
  }) => { connect(client: { connect(): Promise<Side> }): Promise<void>; shutdown(): Promise<void> };
  fromCommands(commands: readonly object[]): unknown;
  createChannelPair(): { readonly left: Side; readonly right: Side };
}

/** A conductor stands between an editor, here the protocol library's client, and `postern acp`, which it starts, and passes all messages on. */
export async function driveByConductor(modules: string, saw: Saw): Promise<void> {
  const { Conductor, fromCommands, createChannelPair } = (await import(
    join(modules, '@thinkwell/conductor/dist/index.js')
  )) as ConductorModule;
  await withAgent(async ({ postern, command, args, env }) => {
    const { workspace: cwd } = postern.household;
    const file = (name: string): string => join(cwd, name);
    const conductor = new Conductor({ instantiator: fromCommands([{ command, args, env }]) });
    const { left, right } = createChannelPair();
    const over = conductor.connect({ connect: async () => right });
    const updates: SessionUpdate[] = [];
    const questions: RequestPermissionRequest[] = [];
    let optionId = 'allow';
    let onUpdate: () => void = () => undefined;
    await client({ name: 'editor behind a conductor' })
      .onRequest(methods.client.session.requestPermission, ({ params }) => {
        questions.push(params);
        return { outcome: { outcome: 'selected', optionId } };
      })
      .onNotification(methods.client.session.update, ({ params }) => {
        updates.push(params.update);
        onUpdate();
      })
      .connectWith(streamOf(left), async (agent) => {
        await agent.request(methods.agent.initialize, { protocolVersion: 1 });
        const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
        const prompt = (text: string) =>
          agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
        const first = await prompt('Create a file called one.txt');
        saw(
          'is asked, and its yes counts',
          questions.length === 1 && existsSync(file('one.txt')),
          JSON.stringify(first),
        );
        optionId = 'deny';
        await prompt('Create a file called two.txt');
        saw(
          'its no counts',
          questions.length === 2 && !existsSync(file('two.txt')),
          JSON.stringify(updates.at(-1)),
        );
        onUpdate = () => void agent.notify(methods.agent.session.cancel, { sessionId });
        const told = await prompt(story);
        onUpdate = () => undefined;
        saw('cancels a turn', told.stopReason === 'cancelled', JSON.stringify(told));
        await agent.request(methods.agent.session.resume, { sessionId, cwd, mcpServers: [] });
        const again = await prompt('Hello');
        saw('resumes it and asks on', again.stopReason === 'end_turn', JSON.stringify(again));
        const { sessions } = await agent.request(methods.agent.session.list, { cwd });
        saw(
          'lists it',
          sessions.some((each) => each.sessionId === sessionId),
          JSON.stringify(sessions),
        );
      });
    await conductor.shutdown();
    await over;
  });
}

function streamOf(side: Side): Stream {
  return {
    readable: ReadableStream.from(side.messages) as Stream['readable'],
    writable: new WritableStream({ write: (message) => side.send(message), close: () => side.close() }),
  };
}
