import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
} from '../../../test/support/agent/session-files.ts';
import { eventually } from '../../../test/support/http/eventually.ts';
import { promptId } from '../turn/prompt-id.ts';
import type { ConversationHistory } from './history.ts';

const { user, assistant, attachment, title } = sessionLine;
const [first, second, third] = [sessionId(1), sessionId(2), sessionId(3)];
const newest = { limit: 50, before: null };

async function titles(history: ConversationHistory, search: string | null = null): Promise<string[]> {
  const { items } = await history.list({ ...newest, search });
  return items.map((item) => item.title);
}

/** Everything is in the index. */
async function settled(history: ConversationHistory): Promise<void> {
  await eventually(() => history.list({ limit: 1, before: null, search: null })).toMatchObject({
    reading: false,
  });
}

function code(failing: Promise<unknown>): Promise<string> {
  return failing.then(
    () => 'nothing was thrown',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}

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
      user('This session is being continued', { isCompactSummary: true }),
    ]);

    expect(await house.open().items(first, newest)).toEqual({
      id: first,
      title: 'Do it',
      workspace: '/work',
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

  it('shows a prompt once that was sent again under another credential, and twice where the person sent it twice', async () => {
    const house = openHistoryHouse();
    const [one, other] = [randomUUID(), randomUUID()];
    const sent = (queryId: string): unknown => user('Do it', { uuid: promptId(queryId) });
    house.write(first, [sent(one), sent(one), assistant('Yes')]);
    house.write(second, [sent(one), sent(other), assistant('Yes')]);
    const history = house.open();
    const shown = async (id: string): Promise<string[]> =>
      (await history.items(id, newest)).items.map(({ type }) => type);

    expect(await shown(first)).toEqual(['user', 'assistant_text']);
    expect(await shown(second)).toEqual(['user', 'user', 'assistant_text']);
    // Also where the second sending comes after the first was read.
    appendFileSync(house.fileOf(second), sessionText([sent(other), sent(randomUUID())]));
    expect(await shown(second)).toEqual(['user', 'user', 'assistant_text', 'user']);
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
    expect((await history.items(first, { limit: 4, before: 'x' })).items).toEqual([]);
    expect((await history.items(first, { limit: 4, before: '999' })).items).toHaveLength(4);
  });

  it('is read to where it was written, torn and damaged lines left out', async () => {
    const house = openHistoryHouse();
    const path = house.write(first, [user('One'), assistant('Two')]);
    appendFileSync(path, `{"type":"user","mess\n\u0000\u0000\u0000\nnot json "user"\n`);
    const half = JSON.stringify(user('Three'));
    appendFileSync(path, half.slice(0, 40));
    const history = house.open();
    const shown = async (): Promise<unknown[]> =>
      (await history.items(first, newest)).items.map((item) => ('text' in item ? item.text : ''));

    expect(await shown()).toEqual(['One', 'Two']);
    appendFileSync(path, `${half.slice(40)}\n`);
    expect(await shown()).toEqual(['One', 'Two', 'Three']);
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
    expect(await history.find(first)).toMatchObject({ workspace: '/work' });
    await history.items(first, newest);
    rmSync(path);

    for (const id of [first, second, third, '../x', 'x'])
      expect(await code(history.items(id, newest))).toBe('conversation_not_found');
    expect(await history.find(third)).toBeNull();
    expect(await history.isIn(house.configDir, second, '/work')).toBe(false);
  });
});

describe('the list of conversations', () => {
  it('is paged without a gap or a repetition, the last used first', async () => {
    const house = openHistoryHouse();
    for (const [number, minute] of [3, 1, 2, 2].entries())
      house.write(sessionId(number), [
        user(`Question ${number}\nwith more`, {
          timestamp: `2026-11-28T10:0${minute}:00.000Z`,
          cwd: '/own/x',
        }),
      ]);
    const history = house.open();
    await settled(history);
    const ids: string[] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof history.list>> = await history.list({
        limit: 1,
        before,
        search: null,
      });
      ids.push(...page.items.map(({ id }) => id));
      before = page.next;
    } while (before !== null);

    expect(ids).toEqual([0, 2, 3, 1].map(sessionId));
    expect((await history.list({ limit: 1, before: null, search: null })).items).toEqual([
      { id: sessionId(0), title: 'Question 0', workspace: null, updatedAt: '2026-11-28T10:03:00.000Z' },
    ]);
    expect((await history.list({ limit: 9, before: 'nonsense', search: null })).items).toEqual([]);
  });

  it('has a conversation as soon as its turn begins, and what was said once it is over', async () => {
    const house = openHistoryHouse();
    const history = house.open();
    await settled(history);
    history.noteTurn({
      id: first,
      workspace: '/own/x',
      prompt: '\nHello\nworld',
      atMs: Date.UTC(2026, 10, 28),
    });
    expect(await titles(history)).toEqual(['Hello']);
    expect((await history.items(first, newest)).items).toEqual([]);
    house.write(first, [user('Hello'), assistant('An answer')]);
    history.noteEnd(first);

    await eventually(() => titles(history, 'answer')).toEqual(['Hello']);
  });

  it('follows what other programs did to the files, and is there after a restart', async () => {
    const house = openHistoryHouse();
    house.write(first, [user('Stays')]);
    house.write(second, [user('Goes')]);
    const before = house.open();
    await settled(before);
    await before.close();
    rmSync(house.fileOf(second));
    house.write(third, [user('Comes')]);
    appendFileSync(house.fileOf(first), sessionText([assistant('and grows')]));
    const history = house.open();
    await settled(history);

    expect((await titles(history)).toSorted()).toEqual(['Comes', 'Stays']);
    expect(await titles(history, 'grows')).toEqual(['Stays']);
    expect(await titles(history, 'goes')).toEqual([]);
  });

  it('has of another program’s folder what is noted for it, and nothing else', async () => {
    const house = openHistoryHouse();
    house.noted.add(first);
    house.write(first, [user('Ours elsewhere')], house.otherConfigDir);
    house.write(second, [user('The person’s own')], house.otherConfigDir);
    const history = house.open();
    await settled(history);

    expect(await titles(history)).toEqual(['Ours elsewhere']);
    expect(await titles(history, 'own')).toEqual([]);
    expect((await history.items(first, newest)).items).toHaveLength(1);
    expect(await code(history.items(second, newest))).toBe('conversation_not_found');
    house.noted.clear();
    expect(await titles(history)).toEqual([]);
    expect(await titles(history, 'elsewhere')).toEqual([]);
  });

  it('is made anew where the index was lost or damaged', async () => {
    const house = openHistoryHouse();
    house.write(first, [user('Once'), title('Called so')]);
    const before = house.open();
    await settled(before);
    await before.close();
    writeFileSync(join(house.dataDir, 'conversations.db'), 'no database at all'.repeat(500));
    const history = house.open();

    expect(await titles(history)).toEqual(['Once']);
    await settled(history);
    expect(await titles(history)).toEqual(['Called so']);
  });

  it('takes the newest of two files of one session', async () => {
    const house = openHistoryHouse();
    const path = house.write(first, [user('Newer')]);
    const older = join(house.configDir, 'projects', '-elsewhere', `${first}.jsonl`);
    mkdirSync(join(older, '..'), { recursive: true });
    writeFileSync(older, sessionText([user('Older')]));
    utimesSync(older, 1, 1);
    utimesSync(path, 1_000, 1_000);
    const history = house.open();
    await settled(history);

    expect(await titles(history)).toEqual(['Newer']);
  });
});

describe('a person', () => {
  it('gives a conversation a title, which the program’s own list has too', async () => {
    const house = openHistoryHouse();
    house.write(first, [user('Hello'), assistant('An answer')]);
    const path = house.fileOf(first);
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    const history = house.open();

    expect(await history.rename(first, 'Plans for spring')).toMatchObject({ title: 'Plans for spring' });
    expect(await history.rename(first, 'Plans for summer')).toMatchObject({
      title: 'Plans for summer',
      updatedAt: '2026-11-28T10:00:01.000Z',
    });
    expect(await titles(history, 'summer')).toEqual(['Plans for summer']);
    expect(await titles(history, 'spring')).toEqual([]);
    expect((await history.items(first, newest)).items).toHaveLength(2);
    expect(
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['user', 'assistant', 'custom-title', 'custom-title']);
    expect(await code(history.rename(second, 'x'))).toBe('conversation_not_found');
  });

  it('removes a conversation, with what lies beside it and every word in the index', async () => {
    const house = openHistoryHouse();
    house.write(first, [user('Marmalade '.repeat(3_000)), assistant('A secret recipe')]);
    house.write(second, [user('Marmalade too')]);
    const beside = [
      join(house.configDir, 'projects', '-work', first, 'subagents'),
      join(house.configDir, 'file-history', first),
    ];
    for (const folder of beside) mkdirSync(folder, { recursive: true });
    const history = house.open();
    await settled(history);
    await history.remove(first);

    expect(await titles(history, 'marmalade')).toEqual(['Marmalade too']);
    expect(existsSync(house.fileOf(first))).toBe(false);
    for (const folder of beside) expect(existsSync(folder)).toBe(false);
    expect(await code(history.remove(first))).toBe('conversation_not_found');
    await history.close();
    // Overwritten, not only unlinked. The log is emptied when the last connection closes.
    const kept = readFileSync(join(house.dataDir, 'conversations.db'), 'latin1').toLowerCase();
    expect(kept).not.toContain('recipe');
    expect(kept).toContain('marmalade too');
  });
});
