import { randomUUID } from 'node:crypto';
import { appendFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
  settled,
  titles,
} from '../../../test/support/agent/session-files.ts';
import { promptId } from '../turn/prompt-id.ts';

const { user, assistant, attachment } = sessionLine;
const [first, second, third] = [sessionId(1), sessionId(2), sessionId(3)];
const newest = { limit: 50, before: null };

describe('a conversation', () => {
  it('is what was said and done, without what the program keeps for itself', async () => {
    const house = openHistoryHouse();
    house.write(first, [
      { type: 'queue-operation', operation: 'enqueue' },
      user('Do it'),
      attachment('"user" is a word in here'),
      assistant([
        { type: 'thinking', thinking: 'Hm' },
        { type: 'text', text: 'I will' },
        { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } },
      ]),
      user('', { message: { content: [{ type: 'tool_result', tool_use_id: 't1', content: 'a.txt' }] } }),
      user('[Request interrupted by user for tool use]'),
      assistant('API Error: 500', {
        message: { model: '<synthetic>', content: [{ type: 'text', text: 'API Error' }] },
      }),
      assistant('of a subagent', { isSidechain: true }),
      user('caveat', { isMeta: true }),
      user('<task-notification>', { origin: { kind: 'task-notification', producer: 'session-task' } }),
      user('This session is being continued', { isCompactSummary: true }),
    ]);

    expect(await house.open().items(first, newest)).toEqual({
      id: first,
      title: 'Do it',
      workspace: '/projects',
      next: null,
      items: [
        { type: 'user', text: 'Do it', at: '2026-11-28T10:00:00.000Z' },
        { type: 'thinking', text: 'Hm' },
        { type: 'assistant_text', text: 'I will' },
        { type: 'tool_use', toolUseId: 't1', name: 'Bash', input: { command: 'ls' } },
        { type: 'tool_result', toolUseId: 't1', content: 'a.txt', isError: false },
      ],
    });
  });

  it('shows what a file tool changed, and nothing of what cannot be a change', async () => {
    const house = openHistoryHouse();
    const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-a', '+b'] };
    const result = (id: string, toolUseResult: unknown): unknown =>
      user('', {
        message: { content: [{ type: 'tool_result', tool_use_id: id, content: 'done' }] },
        toolUseResult,
      });
    house.write(first, [
      user('Do it'),
      result('t1', { filePath: '/projects/a.txt', structuredPatch: [hunk] }),
      result('t2', 'Error: no'),
      result('t3', { filePath: '/projects/b.txt', structuredPatch: [{ lines: 7 }] }),
      result('t4', { filePath: 9, structuredPatch: [hunk] }),
    ]);
    const [, ...results] = (await house.open().items(first, newest)).items;
    const ended = { type: 'tool_result', content: 'done', isError: false };
    expect(results).toEqual([
      {
        ...{ ...ended, toolUseId: 't1', path: '/projects/a.txt' },
        diff: expect.stringContaining('@@ -1,1 +1,1 @@\n-a\n+b\n'),
      },
      { ...ended, toolUseId: 't2' },
      { ...ended, toolUseId: 't3', path: '/projects/b.txt' },
      { ...ended, toolUseId: 't4' },
    ]);
  });

  it('says where what was said was summarized, after the command that asked for it, and misses no answer there', async () => {
    const house = openHistoryHouse();
    const boundary = (trigger: string, postTokens?: number): unknown => ({
      type: 'system',
      subtype: 'compact_boundary',
      compactMetadata: { trigger, preTokens: 42_000, postTokens },
    });
    const ours = (text: string): unknown => user(text, { uuid: promptId(randomUUID()) });
    house.write(first, [
      ours('One'),
      assistant('Yes', { parentUuid: null }),
      boundary('auto', 900),
      boundary('manual'),
      user('This session is being continued', { isCompactSummary: true }),
      ours(
        '<command-name>/compact</command-name>\n<command-message>compact</command-message>\n<command-args></command-args>',
      ),
      user('<local-command-stdout>Compacted </local-command-stdout>'),
      { type: 'system', subtype: 'compact_boundary', compactMetadata: 'damaged' },
    ]);
    const { items } = await house.open().items(first, newest);
    expect(items.slice(2)).toEqual([
      { type: 'compacted', trigger: 'auto', beforeTokens: 42_000, afterTokens: 900 },
      expect.objectContaining({ type: 'user', text: '/compact' }),
      { type: 'compacted', trigger: 'manual', beforeTokens: 42_000 },
    ]);
  });

  it('shows a prompt once that was sent again under another credential, and twice where the person sent it twice', async () => {
    const house = openHistoryHouse();
    const [one, other] = [randomUUID(), randomUUID()];
    const sent = (queryId: string): unknown => user('Do it', { uuid: promptId(queryId) });
    const answer = assistant('Yes', { parentUuid: null });
    house.write(first, [sent(one), sent(one), answer]);
    house.write(second, [sent(one), sent(other), answer]);
    const history = house.open();
    const shown = async (id: string): Promise<string[]> =>
      (await history.items(id, newest)).items.map(({ type }) => type);

    expect(await shown(first)).toEqual(['user', 'assistant_text']);
    expect(await shown(second)).toEqual(['user', 'gap', 'user', 'assistant_text']);
    // Also where the second sending comes after the first was read.
    appendFileSync(house.fileOf(second), sessionText([sent(other), sent(randomUUID())]));
    expect(await shown(second)).toEqual(['user', 'gap', 'user', 'assistant_text', 'user', 'gap']);
  });

  it('is paged from its end, also within a line', async () => {
    const house = openHistoryHouse();
    const texts = ['a', 'b', 'c'].map((text) => ({ type: 'text', text }));
    house.write(first, [user('1'), assistant(texts), user('2'), assistant(texts), user('3')]);
    const history = house.open();
    const pages: string[][] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof history.items>> = await history.items(first, {
        limit: 4,
        before,
      });
      pages.unshift(page.items.map((item) => ('text' in item ? item.text : item.type)));
      before = page.next;
    } while (before !== null);

    expect(pages).toEqual([['1'], ['a', 'b', 'c', '2'], ['a', 'b', 'c', '3']]);
    for (const before of ['x', '', '-1', '1.5'])
      await expect(history.items(first, { limit: 4, before })).rejects.toMatchObject({ code: 'bad_request' });
    expect((await history.items(first, { limit: 4, before: '999' })).items).toHaveLength(4);
  });

  it('is read to where it was written, with a word where lines are damaged', async () => {
    const house = openHistoryHouse();
    const path = house.write(first, [user('One'), assistant('Two')]);
    appendFileSync(path, `{"type":"user","mess\n\u0000\u0000\u0000\nnot json "user"\n`);
    const half = JSON.stringify(user('Three'));
    appendFileSync(path, half.slice(0, 40));
    const history = house.open();
    const shown = async (): Promise<unknown[]> =>
      (await history.items(first, newest)).items.map((item) => ('text' in item ? item.text : item.type));

    expect(await shown()).toEqual(['One', 'Two', 'gap']);
    appendFileSync(path, `${half.slice(40)}\n`);
    expect(await shown()).toEqual(['One', 'Two', 'gap', 'Three']);
  });

  it('that was replaced or cut short is read anew', async () => {
    const house = openHistoryHouse();
    house.write(first, [user('Old words'), assistant('Old answer')]);
    const history = house.open();
    await history.items(first, newest);
    house.write(first, [user('New words of another length'), assistant('New answer'), user('More')]);

    expect((await history.items(first, newest)).items).toHaveLength(3);
    await settled(history);
    expect(await titles(history, 'answer')).toEqual(['New words of another length']);
    house.write(first, [user('Short')]);
    expect((await history.items(first, newest)).items).toMatchObject([{ text: 'Short' }]);
  });

  it('that is not there is not found', async () => {
    const house = openHistoryHouse();
    const history = house.open();
    const path = house.write(first, [user('Here')]);
    house.write(second, [{ type: 'queue-operation' }]);
    expect(await history.find(first)).toMatchObject({ workspace: '/projects' });
    await history.items(first, newest);
    rmSync(path);

    for (const id of [first, second, third, '../x', 'x'])
      await expect(history.items(id, newest)).rejects.toMatchObject({ code: 'conversation_not_found' });
    expect(await history.find(third)).toBeNull();
    expect(await history.stateIn(house.configDir, second, '/projects')).toBe('unreadable');
    expect(await history.stateIn(house.configDir, third, '/projects')).toBeNull();
  });
});
