import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { noisePicture } from '../../test/support/agent/noise-picture.ts';
import { plainAnswer, startShapeUpstream } from '../../test/support/gateway/shape-upstream.ts';
import { createAttachments } from '../files/index.ts';

const twoDaysMs = 2 * 24 * 60 * 60_000;

describe('a file that was sent to Postern', () => {
  it('is read without a question, stays with the conversation, and goes with it', async () => {
    const files: { now?: ReturnType<typeof createAttachments> } = {};
    const house = await openAgentHouse({
      attachments: {
        keepFor: async (paths, id) => files.now?.keepFor(paths, id),
        dropFor: async (id) => files.now?.dropFor(id),
      },
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
    await agent.deleteConversation(conversationId);
    expect(existsSync(used.path)).toBe(false);
  });
});

describe('a picture larger than the API takes', () => {
  it('reaches the model as a picture, made smaller by the program', async () => {
    const upstream = await startShapeUpstream();
    const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
    const path = join(workspace, 'large.png');
    writeFileSync(path, noisePicture(8_000_000));
    upstream.script(plainAnswer('A picture.'));
    const heard = await ask(agent, { prompt: 'What is this?', workspace, attachments: [{ path }] });
    expect(heard.text).toBe('A picture.');
    const images = [...(upstream.calls[0] ?? '').matchAll(/"media_type":"(image\/\w+)","data":"([^"]+)"/g)];
    expect(images.map(([, type]) => type)).toEqual(['image/jpeg']);
    expect(images[0]?.[2]?.length).toBeLessThan(5_000_000);
    expect(heard.all('tool_use')).toEqual([]);
    const { conversationId } = heard.one('started');
    const { items } = await agent.conversation(conversationId, { limit: 9, before: null });
    expect(items[0]).toMatchObject({ text: 'What is this?', attachments: [{ type: 'image', path }] });
    const { items: found } = await agent.conversations({ limit: 9, before: null, search: 'large.png' });
    expect(found.map(({ id }) => id)).toEqual([conversationId]);
  });

  it('that is none is named to the model as unreadable, and the question is answered', async () => {
    const upstream = await startShapeUpstream();
    const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
    const path = join(workspace, 'broken.png');
    writeFileSync(path, Buffer.alloc(8_000_000, 'no picture '));
    upstream.script(plainAnswer('I cannot see it.'));
    const heard = await ask(agent, { prompt: 'What is this?', workspace, attachments: [{ path }] });
    expect(heard.text).toBe('I cannot see it.');
    const { conversationId } = heard.one('started');
    const { items } = await agent.conversation(conversationId, { limit: 9, before: null });
    expect(items).toMatchObject([
      { text: 'What is this?', attachments: [{ type: 'image', path }] },
      { text: 'I cannot see it.' },
    ]);
    const sent = upstream.calls[0] ?? '';
    expect([sent.includes('Image could not be processed'), sent.includes('"media_type"')]).toEqual([
      true,
      false,
    ]);
  });
});
