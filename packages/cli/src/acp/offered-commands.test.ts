import { type ClientContext, methods, type SessionUpdate } from '@agentclientprotocol/sdk';
import type { WorkspaceItem, WorkspaceLook } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import {
  connected,
  folder,
  newSession,
  prompt,
  result,
  says,
  scripted,
  sessionId,
  started,
} from '../../test/scripted-editor.ts';
import { commandsOf } from './offered-commands.ts';

const item = (name: string, argumentHint: string | null = null): WorkspaceItem => ({
  ...{ kind: 'command', name, file: `.claude/commands/${name}.md`, summary: '', loads: true },
  ...{ reason: null, text: '', command: { name, description: `Does ${name}`, argumentHint } },
});
const look = (items: WorkspaceItem[], trust: WorkspaceLook['trust'] = 'trusted'): WorkspaceLook => ({
  ...{ path: folder, hash: '', trust, items },
});
const namesIn = (updates: readonly SessionUpdate[]) =>
  updates.flatMap((update) =>
    update.sessionUpdate === 'available_commands_update'
      ? [update.availableCommands.map(({ name }) => name)]
      : [],
  );

describe('the commands of a folder', () => {
  it('are those that load, by name, with what may follow them', () => {
    const { command: _command, ...noCommand } = item('CLAUDE.md');
    const items = [item('deploy', '[where]'), noCommand, { ...item('off'), loads: false }, item('audit')];
    expect(commandsOf(look(items))).toEqual([
      { name: 'audit', description: 'Does audit' },
      { name: 'compact', description: expect.any(String), input: { hint: '[what to keep]' } },
      { name: 'deploy', description: 'Does deploy', input: { hint: '[where]' } },
    ]);
    expect(commandsOf(look([item('compact')]))).toEqual([{ name: 'compact', description: 'Does compact' }]);
  });

  it.each(['none', 'changed'] as const)('are none where the trust is %s', (trust) => {
    expect(commandsOf(look([item('deploy')], trust))).toEqual([]);
  });
});

describe('an editor is offered them', () => {
  const there = { cwd: folder, mcpServers: [] };
  const opened: readonly (readonly [string, (agent: ClientContext) => Promise<unknown>])[] = [
    ['new', newSession],
    ['loaded', (agent) => agent.request(methods.agent.session.load, { sessionId: 'a', ...there })],
    ['resumed', (agent) => agent.request(methods.agent.session.resume, { sessionId: 'a', ...there })],
  ];

  it.each(opened)('after the answer that makes the session known: %s', async (_name, open) => {
    const { sidecar, seen } = scripted();
    seen.look = look([item('deploy')]);
    await connected(sidecar, async (agent, updates) => {
      await open(agent);
      expect(namesIn(updates)).toEqual([]);
      await expect.poll(() => namesIn(updates)).toEqual([['compact', 'deploy']]);
    });
  });

  it('again with a prompt where they have changed, and once they are none', async () => {
    const { sidecar, seen } = scripted();
    seen.look = look([item('deploy')]);
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await prompt(agent);
      await prompt(agent);
      expect(namesIn(updates)).toHaveLength(1);
      seen.look = look([item('deploy'), item('audit')]);
      await prompt(agent);
      // What cannot be read is not taken back.
      seen.look = null;
      await prompt(agent);
      seen.look = look([item('deploy')], 'changed');
      await prompt(agent);
      await expect.poll(() => namesIn(updates).slice(1)).toEqual([['audit', 'compact', 'deploy'], []]);
    });
  });

  it('in no folder that is not trusted, and a session does without where the folder cannot be read', async () => {
    for (const found of [look([item('deploy')], 'none'), null]) {
      const { sidecar, seen } = scripted();
      seen.look = found;
      seen.events = [started, says('Hi'), result];
      await connected(sidecar, async (agent, updates) => {
        await newSession(agent);
        expect((await prompt(agent)).stopReason).toBe('end_turn');
        expect(namesIn(updates)).toEqual([]);
      });
    }
  });

  it('not once the session is closed', async () => {
    const { sidecar, seen } = scripted();
    const { promise, resolve } = Promise.withResolvers<WorkspaceLook>();
    let looks = 0;
    const workspace = async () => {
      looks += 1;
      return await promise;
    };
    await connected({ ...sidecar, workspace }, async (agent, updates) => {
      await newSession(agent);
      await expect.poll(() => looks).toBe(1);
      await agent.request(methods.agent.session.close, { sessionId });
      resolve(look([item('deploy')]));
      await agent.request(methods.agent.session.list, {});
      expect([namesIn(updates), seen.requests]).toEqual([[], []]);
    });
  });
});
