import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  sessionText,
} from '../../../test/support/agent/session-files.ts';
import { promptId } from '../turn/prompt-id.ts';
import type { ConversationHistory } from './conversation-history.ts';

const { user, assistant } = sessionLine;
const id = sessionId(1);

/** A prompt of ours, as each query sends it. */
function prompt(text: string, queryId: string = randomUUID()): unknown {
  return user(text, { uuid: promptId(queryId) });
}

const said = (text: string, stopReason: string | null = 'end_turn'): unknown =>
  assistant([], {
    parentUuid: null,
    message: {
      model: 'claude-opus-5-5',
      stop_reason: stopReason,
      content: [{ type: 'text', text }],
    },
  });
const toolUse = assistant([{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }], { parentUuid: null });
const toolResult = user('', {
  message: { content: [{ type: 'tool_result', tool_use_id: 't1', content: 'a.txt' }] },
});
const stopped = user('[Request interrupted by user]');
const programSays = (text: string, more: Readonly<Record<string, unknown>> = {}): unknown =>
  assistant([], {
    parentUuid: null,
    message: { model: '<synthetic>', stop_reason: 'stop_sequence', content: [{ type: 'text', text }] },
    ...more,
  });

async function shown(history: ConversationHistory, limit = 50): Promise<string[]> {
  const { items } = await history.items(id, { limit, before: null });
  return items.map((item) => ('text' in item ? item.text : item.type === 'gap' ? item.reason : item.type));
}

describe('an answer that was not saved to its end', () => {
  it.each([
    ['its prompt', [], []],
    ['a tool', [said('I look', 'tool_use'), toolUse], ['I look', 'tool_use']],
    ['what a tool gave', [toolUse, toolResult], ['tool_use', 'tool_result']],
    ['the word of a program that lost its connection', [programSays('Connection refused')], []],
    ['what a subagent said last', [assistant('Report', { isSidechain: true })], []],
  ])(
    'is marked at the end after %s, and in its place once the conversation went on',
    async (_, lines, texts) => {
      const house = openHistoryHouse();
      house.write(id, [prompt('One'), ...lines]);
      const history = house.open();
      expect(await shown(history)).toEqual(['One', ...texts, 'unfinished']);

      appendFileSync(
        house.fileOf(id),
        sessionText([programSays('No response requested.'), prompt('Two'), said('All of it')]),
      );
      expect(await shown(history)).toEqual(['One', ...texts, 'unfinished', 'Two', 'All of it']);
      // The same where all of it is read at once.
      expect(await shown(house.open())).toEqual(['One', ...texts, 'unfinished', 'Two', 'All of it']);
    },
  );

  it.each([
    ['the model ended', [said('Whole')], ['Whole']],
    ['the model ended without a reason', [said('Whole', null)], ['Whole']],
    ['the model ended at its longest length', [said('Long', 'max_tokens')], ['Long']],
    ['the user stopped, with what was shown', [said('Part', null), stopped], ['Part']],
    ['the user stopped before anything was shown', [stopped], []],
    [
      'the user stopped, in the short form of a message',
      [user('', { message: { content: '[Request interrupted by user]' } })],
      [],
    ],
    ['the service refused', [programSays('API Error: 403', { apiErrorStatus: 403 })], []],
  ])('is not what %s', async (_, lines, texts) => {
    const house = openHistoryHouse();
    house.write(id, [prompt('One'), ...lines, prompt('Two'), said('Yes')]);
    expect(await shown(house.open())).toEqual(['One', ...texts, 'Two', 'Yes']);
  });

  it('is not one that is sent again under another credential, nor one of another program', async () => {
    const house = openHistoryHouse();
    const queryId = randomUUID();
    house.write(id, [
      user('/status'),
      user('Hello'),
      prompt('One', queryId),
      prompt('One', queryId),
      said('Yes'),
    ]);
    expect(await shown(house.open())).toEqual(['/status', 'Hello', 'One', 'Yes']);
  });

  it('is none while it is being given, and is one mark with what is damaged beside it', async () => {
    const house = openHistoryHouse();
    house.write(id, [prompt('One')]);
    const answering = new Set([id]);
    const history = house.open({ answering });
    expect(await shown(history)).toEqual(['One']);
    answering.clear();
    expect(await shown(history)).toEqual(['One', 'unfinished']);
    appendFileSync(house.fileOf(id), '{"type":"assis\n');
    expect(await shown(history)).toEqual(['One', 'damaged']);
  });

  it('is none while the program may be writing the last of a whole one', async () => {
    const house = openHistoryHouse();
    house.write(id, [prompt('One')]);
    const history = house.open();
    history.noteEnd(id, true);
    expect(await shown(history)).toEqual(['One']);
    history.noteEnd(id, false);
    expect(await shown(history)).toEqual(['One', 'unfinished']);
  });

  it('counts as an item of its page', async () => {
    const house = openHistoryHouse();
    house.write(id, [prompt('One'), toolUse]);
    const history = house.open();
    const last = await history.items(id, { limit: 1, before: null });
    expect(last.items).toEqual([{ type: 'gap', reason: 'unfinished' }]);
    const before = await history.items(id, { limit: 5, before: last.next });
    expect(before.items.map(({ type }) => type)).toEqual(['user', 'tool_use']);
    expect(before.next).toBeNull();
  });
});
