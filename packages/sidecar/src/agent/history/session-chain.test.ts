import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { ConversationItem } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
} from '../../../test/support/agent/session-files.ts';

const id = sessionId(1);
const newest = { limit: 500, before: null };

/** Lines that follow one another as the program's do: each names the one before it. */
function chained(lines: readonly unknown[]): Record<string, unknown>[] {
  let parentUuid: string | null = null;
  return lines.map((line) => {
    const uuid = randomUUID();
    const linked = { ...(line as Record<string, unknown>), parentUuid, uuid };
    parentUuid = uuid;
    return linked;
  });
}

function turns(count: number): Record<string, unknown>[] {
  return chained(
    Array.from({ length: count }, (_, turn) => [
      sessionLine.user(`Q${turn}`),
      { parentUuid: null, isSidechain: false, ...(sessionLine.attachment('x') as object) },
      sessionLine.assistant(`A${turn}`),
    ]).flat(),
  );
}

function words(items: readonly ConversationItem[]): string[] {
  return items.map((item) => ('text' in item ? item.text : item.type === 'gap' ? item.reason : item.type));
}

describe('what is missing in a conversation is said', () => {
  it.each([
    ['a question', [3], ['Q0', 'A0', 'missing', 'A1', 'Q2', 'A2']],
    ['an answer', [5], ['Q0', 'A0', 'Q1', 'missing', 'Q2', 'A2']],
    ['a whole turn', [3, 4, 5], ['Q0', 'A0', 'missing', 'Q2', 'A2']],
    ['a line that shows nothing', [4], ['Q0', 'A0', 'Q1', 'missing', 'A1', 'Q2', 'A2']],
    ['the beginning', [0, 1], ['missing', 'A0', 'Q1', 'A1', 'Q2', 'A2']],
    ['the end, which no line tells', [8], ['Q0', 'A0', 'Q1', 'A1', 'Q2']],
  ])('where %s is lost', async (_what, lost, shown) => {
    const house = openHistoryHouse();
    house.write(
      id,
      turns(3).filter((_, index) => !lost.includes(index)),
    );
    expect(words((await house.open().items(id, newest)).items)).toEqual(shown);
  });

  it('where lines are damaged, once for those side by side, with what followed them', async () => {
    const house = openHistoryHouse();
    const lines = sessionText(turns(3)).split('\n');
    for (const index of [2, 3]) lines[index] = lines[index]?.slice(0, -30) ?? '';
    const path = house.write(id, []);
    writeFileSync(path, lines.join('\n'));
    const history = house.open();
    expect(words((await history.items(id, newest)).items)).toEqual(['Q0', 'damaged', 'A1', 'Q2', 'A2']);
    appendFileSync(path, '{"type":"us\n');
    expect(words((await history.items(id, newest)).items).slice(-2)).toEqual(['A2', 'damaged']);
    // What comes after the last reading is the same gap.
    appendFileSync(path, `{"type":"us\n${sessionText(chained([sessionLine.user('Q3')]))}`);
    expect(words((await history.items(id, newest)).items).slice(-3)).toEqual(['A2', 'damaged', 'Q3']);
  });

  it('on its page alone, in its place', async () => {
    const house = openHistoryHouse();
    house.write(
      id,
      turns(2).filter((_, index) => index !== 3),
    );
    const history = house.open();
    const pages: string[][] = [];
    for (let before: string | null = null; ; ) {
      const page = await history.items(id, { limit: 1, before });
      pages.unshift(words(page.items));
      before = page.next;
      if (before === null) break;
    }
    expect(pages).toEqual([['Q0'], ['A0'], ['missing'], ['A1']]);
  });
});

describe('nothing is said to be missing', () => {
  it('where a line follows one that was read long before, however the file is spaced', async () => {
    const house = openHistoryHouse();
    const lines = turns(400);
    const first = lines[0]?.['uuid'];
    const again = chained([sessionLine.user('Once more')]).map((line) => ({ ...line, parentUuid: first }));
    const path = house.write(id, [...lines, ...again]);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('uid":', 'uid": '));
    const { items } = await house.open().items(id, { limit: 500, before: null });
    expect(words(items)).not.toContain('missing');
    expect(words(items).at(-1)).toBe('Once more');
  });

  it('where reading goes on after a restart, and after a large line', async () => {
    const house = openHistoryHouse();
    const [one, two, ...others] = chained([
      sessionLine.user('Q0'),
      sessionLine.user('', {
        message: {
          content: [
            { type: 'document', source: { type: 'base64', data: 'x'.repeat(2_000_000) } },
            { type: 'text', text: 'Large' },
          ],
        },
      }),
      sessionLine.assistant('A0', { toolUseResult: { uuid: 'another' } }),
      sessionLine.user('Q1'),
    ]);
    const path = house.write(id, [one]);
    const before = house.open();
    await before.items(id, newest);
    await before.close();
    appendFileSync(path, sessionText([two, ...others]));
    expect(words((await house.open().items(id, newest)).items)).toEqual(['Q0', 'Large', 'A0', 'Q1']);
  });

  it('of a subagent', async () => {
    const house = openHistoryHouse();
    const subagent = { parentUuid: randomUUID(), isSidechain: true, type: 'user', uuid: randomUUID() };
    house.write(id, [...turns(1), subagent]);
    expect(words((await house.open().items(id, newest)).items)).toEqual(['Q0', 'A0']);
  });
});

it('a parent that two lines name is missing once', async () => {
  const house = openHistoryHouse();
  const [lost, one, two] = chained(['a', 'b', 'c'].map((text) => sessionLine.user(text)));
  house.write(id, [one, { ...two, parentUuid: lost?.['uuid'] }]);
  expect(words((await house.open().items(id, newest)).items)).toEqual(['missing', 'b', 'c']);
});
