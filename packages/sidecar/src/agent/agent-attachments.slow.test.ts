import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { createAttachments } from '../files/index.ts';

const twoDaysMs = 2 * 24 * 60 * 60_000;

describe('a file that was sent to Postern', () => {
  it('is read without a question, stays with the conversation, and goes with it', async () => {
    const files: { now?: ReturnType<typeof createAttachments> } = {};
    const house = await openAgentHouse({
      attachments: { keepFor: async (paths, id) => files.now?.keepFor(paths, id) },
    });
    const { agent, workspace, root, dataDir } = house;
    let now = Date.now();
    const attachments = createAttachments({ places: [join(root, 'attachments')], dataDir, clock: () => now });
    files.now = attachments;
    const add = (text: string) =>
      attachments.add({
        name: 'notes.txt',
        contentType: 'text/plain',
        body: Readable.from([Buffer.from(text)]),
      });
    const [used, unused] = [await add('the word is heron'), await add('never asked about')];

    const heard = await ask(agent, {
      prompt: `Read ${used.path}`,
      workspace,
      attachments: [{ path: used.path }],
    });

    expect(heard.all('permission_request')).toEqual([]);
    expect(heard.one('tool_result').content).toContain('heron');
    now += twoDaysMs;
    await attachments.sweep((id) => agent.hasConversation(id));
    expect([existsSync(used.path), existsSync(unused.path)]).toEqual([true, false]);

    const { conversationId } = heard.one('started');
    expect([await agent.hasConversation(conversationId), await agent.hasConversation('nothing')]).toEqual([
      true,
      false,
    ]);
    await attachments.sweep(async (id) => id !== conversationId && (await agent.hasConversation(id)));
    expect(existsSync(used.path)).toBe(false);
  });
});
