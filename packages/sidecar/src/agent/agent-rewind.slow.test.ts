import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

/** The real program, and a service that answers as it is told; every question is answered with yes. */
async function open() {
  const upstream = await startShapeUpstream();
  const house = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  const { agent, workspace } = house;
  return {
    ...house,
    path: (name: string) => join(workspace, name),
    read: (name: string) => readFileSync(join(workspace, name), 'utf8'),
    async turn(request: Partial<QueryRequest>, ...steps: readonly ScriptedAnswer[]) {
      upstream.script(...steps, plainAnswer('Done now'));
      const place = request.conversationId === undefined ? { workspace } : {};
      const heard = await ask(agent, { prompt: 'go', ...place, ...request }, async (event) => {
        if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
      });
      const { queryId, conversationId } = heard.one('started');
      return { promptId: queryId, conversationId };
    },
  };
}

const write = (path: string, content: string): ScriptedAnswer =>
  toolCallAnswer('Write', { file_path: path, content });
const edit = (path: string, from: string, to: string): readonly ScriptedAnswer[] => [
  toolCallAnswer('Read', { file_path: path }),
  toolCallAnswer('Edit', { file_path: path, old_string: from, new_string: to }),
];

describe('undoing what the agent did to files', () => {
  it('says what would change, then does it, back to before the chosen message, and only once', async () => {
    const { agent, turn, path, read } = await open();
    writeFileSync(path('old.txt'), 'one\ntwo\n');
    const { conversationId, promptId } = await turn(
      {},
      write(path('new.txt'), 'hello\n'),
      ...edit(path('old.txt'), 'two', 'three'),
    );
    const second = await turn({ conversationId }, ...edit(path('old.txt'), 'three', 'four'));

    const last = await agent.rewind(conversationId, { promptId: second.promptId, dryRun: true });
    expect(last).toMatchObject({ insertions: 1, deletions: 1, skipped: [] });
    expect(last.files).toEqual([{ path: 'old.txt', changedSince: false }]);

    // A message is named by the history as well as by its query.
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    const [told] = items.flatMap((item) => (item.type === 'user' ? [item.promptId ?? ''] : []));
    const all = await agent.rewind(conversationId, { promptId: told ?? '', dryRun: true });
    expect(all).toEqual(await agent.rewind(conversationId, { promptId, dryRun: true }));
    expect(all.files.map((file) => file.path).toSorted()).toEqual(['new.txt', 'old.txt']);
    expect(read('old.txt')).toBe('one\nfour\n');

    const done = await agent.rewind(conversationId, { promptId, dryRun: false, state: all.state });
    expect([done.files.length, done.skipped]).toEqual([2, []]);
    expect(read('old.txt')).toBe('one\ntwo\n');
    expect(() => read('new.txt')).toThrow('ENOENT');
    expect((await agent.rewind(conversationId, { promptId, dryRun: true })).files).toEqual([]);
  });

  it('does not touch what changed after the user looked, and says what changed since the agent was done', async () => {
    const { agent, turn, path, read, restart } = await open();
    writeFileSync(path('old.txt'), 'one\n');
    const { conversationId, promptId } = await turn({}, ...edit(path('old.txt'), 'one', 'two'));
    const seen = await agent.rewind(conversationId, { promptId, dryRun: true });
    writeFileSync(path('old.txt'), 'mine\n');
    await expect(
      agent.rewind(conversationId, { promptId, dryRun: false, state: seen.state }),
    ).rejects.toMatchObject({ code: 'files_changed' });
    expect(read('old.txt')).toBe('mine\n');

    // By another program, after a restart.
    const later = await restart();
    const now = await later.rewind(conversationId, { promptId, dryRun: true });
    expect(now.files).toEqual([{ path: 'old.txt', changedSince: true }]);
    await later.rewind(conversationId, { promptId, dryRun: false, state: now.state });
    expect(read('old.txt')).toBe('one\n');
  });

  it('touches nothing where the agent wrote outside the workspace as well', async () => {
    const { agent, turn, path, read, root } = await open();
    const outside = join(root, 'outside.txt');
    const { conversationId, promptId } = await turn({}, write(path('in.txt'), 'in'), write(outside, 'out'));
    await expect(agent.rewind(conversationId, { promptId, dryRun: true })).rejects.toMatchObject({
      code: 'rewind_outside_workspace',
      detail: expect.stringContaining(outside),
    });
    await expect(agent.rewind(conversationId, { promptId, dryRun: false, state: 's' })).rejects.toMatchObject(
      { code: 'rewind_outside_workspace' },
    );
    expect([read('in.txt'), readFileSync(outside, 'utf8')]).toEqual(['in', 'out']);
  });

  it('says that nothing was kept for a message it does not know, and waits for no answer', async () => {
    const { agent, turn, path } = await open();
    const { conversationId } = await turn({});
    const promptId = crypto.randomUUID();
    await expect(agent.rewind(conversationId, { promptId, dryRun: true })).rejects.toMatchObject({
      code: 'checkpoint_not_found',
    });
    let refused: unknown = null;
    await turn({ conversationId }, write(path('a.txt'), 'a')).catch(() => undefined);
    const { queryId } = await agent.start({ conversationId, prompt: 'go' });
    await agent.rewind(conversationId, { promptId: queryId, dryRun: true }).catch((error: unknown) => {
      refused = error;
    });
    expect(refused).toMatchObject({ code: 'conversation_busy' });
    await agent.cancel(queryId);
  });
});
