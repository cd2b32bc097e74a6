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
  settled,
  titles,
} from '../../../test/support/agent/session-files.ts';
import { eventually } from '../../../test/support/http/eventually.ts';

const { user, assistant, title } = sessionLine;
const [first, second, third] = [sessionId(1), sessionId(2), sessionId(3)];
const newest = { limit: 50, before: null };
const turn = { id: first, workspace: '/own/x', prompt: '\nHello\nworld', atMs: Date.UTC(2026, 10, 28) };

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
  });

  it('goes on after a place that has gone meanwhile, and refuses what is none', async () => {
    const house = openHistoryHouse();
    for (const number of [0, 1, 2])
      house.write(sessionId(number), [
        user(`Question ${number}`, { timestamp: `2026-11-28T10:0${number}:00.000Z` }),
      ]);
    const history = house.open();
    await settled(history);
    const { items, next } = await history.list({ limit: 1, before: null, search: null });
    expect(items.map(({ id }) => id)).toEqual([sessionId(2)]);
    await history.remove(sessionId(2));
    const rest = await history.list({ limit: 9, before: next, search: null });
    expect(rest.items.map(({ id }) => id)).toEqual([sessionId(1), sessionId(0)]);
    for (const before of ['nonsense', '', 'w1', '1'])
      await expect(history.list({ limit: 9, before, search: null })).rejects.toMatchObject({
        code: 'bad_request',
      });
  });

  it('has a conversation as soon as its turn begins, and what was said once it is over', async () => {
    const house = openHistoryHouse();
    const answering = new Set([first]);
    const history = house.open({ answering });
    await settled(history);
    history.noteTurn(turn);
    expect(await titles(history)).toEqual(['Hello']);
    expect((await history.items(first, newest)).items).toEqual([]);
    answering.clear();
    house.write(first, [user('Hello'), assistant('An answer')]);
    history.noteEnd(first, true);

    await eventually(() => titles(history, 'answer')).toEqual(['Hello']);
  });

  it('says that something is missing where the program was killed before it wrote anything', async () => {
    const history = openHistoryHouse().open();
    await settled(history);
    history.noteTurn(turn);
    history.noteEnd(first, false);

    expect(await titles(history)).toEqual(['Hello']);
    expect((await history.items(first, newest)).items).toEqual([{ type: 'gap', reason: 'missing' }]);
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
    await expect(history.items(second, newest)).rejects.toMatchObject({ code: 'conversation_not_found' });
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
    await expect(history.rename(second, 'x')).rejects.toMatchObject({ code: 'conversation_not_found' });
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
    await expect(history.remove(first)).rejects.toMatchObject({ code: 'conversation_not_found' });
    // Overwritten, not only unlinked, and at once: the log would keep it for as long as the sidecar runs.
    const kept = ['', '-wal'].map((end) =>
      readFileSync(join(house.dataDir, `conversations.db${end}`), 'latin1').toLowerCase(),
    );
    expect(kept.join('')).not.toContain('recipe');
    expect(kept.join('')).toContain('marmalade too');
    await history.close();
  });

  it('has what a subagent did and said, by the call that started it', async () => {
    const house = openHistoryHouse();
    const agentCall = { type: 'tool_use', id: 'toolu_1', name: 'Agent', input: { prompt: 'look' } };
    house.write(first, [user('Find it'), assistant([agentCall])]);
    const folder = join(house.configDir, 'projects', '-work', first, 'subagents');
    mkdirSync(folder, { recursive: true });
    const within = { isSidechain: true };
    const bash = { type: 'tool_use', id: 'toolu_2', name: 'Bash', input: { command: 'ls' } };
    writeFileSync(
      join(folder, 'agent-a1.jsonl'),
      sessionText([user('look', within), assistant([bash], within), assistant('Found it', within)]),
    );
    writeFileSync(join(folder, 'agent-a1.meta.json'), JSON.stringify({ toolUseId: 'toolu_1' }));
    writeFileSync(join(folder, 'agent-a0.meta.json'), 'no JSON');
    const history = house.open();
    await settled(history);

    expect(await history.subagent(first, 'toolu_1')).toEqual([
      { type: 'tool_use', toolUseId: 'toolu_2', name: 'Bash', input: { command: 'ls' } },
      { type: 'assistant_text', text: 'Found it' },
    ]);
    expect(await history.subagent(first, 'toolu_2')).toEqual([]);
    await expect(history.subagent(second, 'toolu_1')).rejects.toMatchObject({
      code: 'conversation_not_found',
    });
    expect((await history.items(first, newest)).items).toHaveLength(2);
  });
});
