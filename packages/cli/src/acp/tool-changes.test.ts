import type { ToolCallContent } from '@agentclientprotocol/sdk';
import type { QueryEvent } from '@postern/contract';
import { expect, it } from 'vitest';
import { connected, newSession, prompt, result, scripted, started } from '../../test/scripted-editor.ts';
import { replay } from './replay.ts';

const path = '/projects/project/a.txt';
const edit = { file_path: path, old_string: 'b', new_string: 'c' };
const write = { file_path: path, content: 'a\nc\n' };
const diffOfWrite = `===\n--- ${path}\n+++ ${path}\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n`;
const isDiff = ({ type }: ToolCallContent) => type === 'diff';

const use = (name: string, input: Record<string, unknown>): QueryEvent => ({
  event: 'tool_use',
  data: { toolUseId: 't1', name, input },
});
const ends = (content: string, isError = false): QueryEvent => ({
  event: 'tool_result',
  data: { toolUseId: 't1', content, isError, path, diff: diffOfWrite },
});
const asks = (diff?: string): QueryEvent => ({
  event: 'permission_request',
  data: {
    ...{ requestId: 'p1', toolName: 'Write', input: write, path, outside: false, expiresAt: null },
    ...(diff === undefined ? {} : { diff }),
  },
});

/** The contents of the call as an editor shows them after each update, and those of its questions. */
async function shownBy(events: readonly QueryEvent[]): Promise<ToolCallContent[][]> {
  const { sidecar, seen } = scripted();
  seen.events = [started, ...events, result];
  return await connected(
    sidecar,
    async (agent, updates, questions) => {
      await newSession(agent);
      await prompt(agent);
      await expect.poll(() => questions.length).toBe(seen.approvals.length);
      const asked = questions.map(({ toolCall }) => toolCall.content ?? []);
      const [first, ...later] = updates.flatMap((update) =>
        update.sessionUpdate === 'tool_call' || update.sessionUpdate === 'tool_call_update' ? [update] : [],
      );
      const contents = [first?.content ?? [], ...asked];
      for (const { content } of later) contents.push(content ?? contents.at(-1) ?? []);
      return contents;
    },
    () => 'allow',
  );
}

it('an edit that was made keeps its diff, and one that failed says why', async () => {
  const change = [{ type: 'diff', path, oldText: 'b', newText: 'c' }];
  expect(await shownBy([use('Edit', edit), ends('The file has been updated.')])).toEqual([change, change]);
  expect((await shownBy([use('Edit', edit), ends('No such text.', true)])).at(-1)).toEqual([
    { type: 'content', content: { type: 'text', text: 'No such text.' } },
  ]);
});

it('a file that was written over shows what it held, in the question and once it is done', async () => {
  const before = { type: 'diff', path, oldText: 'a\nb\n', newText: write.content };
  const [first, asked, done] = await shownBy([use('Write', write), asks(diffOfWrite), ends('Updated.')]);
  expect(first).toEqual([{ type: 'diff', path, newText: write.content }]);
  expect(asked?.filter(isDiff)).toEqual([before]);
  expect(asked?.length).toBeGreaterThan(1);
  expect(done).toEqual([before]);
});

it('a file whose old text is not known for sure shows none', async () => {
  const change = { type: 'diff', path, newText: write.content };
  const added = `--- /dev/null\n+++ ${path}\n@@ -0,0 +1,2 @@\n+a\n+c\n`;
  const ofAnother = diffOfWrite.replace('+c', '+d');
  for (const diff of [undefined, added, ofAnother]) {
    const [, asked, done] = await shownBy([use('Write', write), asks(diff), ends('Updated.')]);
    expect(asked?.filter(isDiff)).toEqual([change]);
    expect(done).toEqual([change]);
  }
});

it('a file that was written over without a question shows what it held once it is done', async () => {
  const [first, done] = await shownBy([use('Write', write), ends('Updated.')]);
  expect(first).toEqual([{ type: 'diff', path, newText: write.content }]);
  expect(done).toEqual([{ type: 'diff', path, oldText: 'a\nb\n', newText: write.content }]);
  expect((await shownBy([use('Write', write), ends('No space left.', true)])).at(-1)).toEqual([
    { type: 'content', content: { type: 'text', text: 'No space left.' } },
  ]);
});

it('a change stays in a conversation that is loaded again', () => {
  const call = { type: 'tool_use', toolUseId: 't1', name: 'Edit', input: edit } as const;
  const ended = (isError: boolean) =>
    [
      ...replay(
        [call, { type: 'tool_result', toolUseId: 't1', content: 'Said', isError }],
        '/projects',
        false,
      ),
    ].at(-1);
  expect(ended(false)).not.toHaveProperty('content');
  expect(ended(true)).toMatchObject({ content: [{ content: { text: 'Said' } }] });
});

it('a file that was written over shows what it held when its conversation is loaded again', () => {
  const call = { type: 'tool_use', toolUseId: 't1', name: 'Write', input: write } as const;
  const ended = { type: 'tool_result', toolUseId: 't1', content: 'Updated.', isError: false } as const;
  const updates = [...replay([call, { ...ended, path, diff: diffOfWrite }], '/projects', false)];
  expect(updates.at(-1)).toMatchObject({
    content: [{ type: 'diff', path, oldText: 'a\nb\n', newText: write.content }],
  });
});
