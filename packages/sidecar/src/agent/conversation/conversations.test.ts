import { randomUUID } from 'node:crypto';
import type { SDKSessionInfo, SessionMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { promptId } from '../turn/prompt-id.ts';
import { conversationItems, conversationPage, itemsOf } from './conversations.ts';
import type { SessionReader } from './session-reader.ts';

function entry(type: SessionMessage['type'], message: unknown): SessionMessage {
  return { type, uuid: 'u', session_id: 's', parent_tool_use_id: null, parent_agent_id: null, message };
}

const messages = [
  entry('user', { role: 'user', content: 'Do it' }),
  entry('assistant', {
    model: 'claude-opus-5-5',
    content: [
      { type: 'text', text: 'I will' },
      { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } },
    ],
  }),
  entry('user', { content: [{ type: 'tool_result', tool_use_id: 't1', content: 'a.txt', is_error: false }] }),
  entry('user', { content: [{ type: 'text', text: '[Request interrupted by user for tool use]' }] }),
  entry('assistant', { model: '<synthetic>', content: [{ type: 'text', text: 'API Error: 500' }] }),
  entry('system', { content: 'x' }),
];

function reader(sessions: readonly SDKSessionInfo[]): SessionReader {
  return {
    list: async () => sessions,
    find: async (id) => sessions.find(({ sessionId }) => sessionId === id) ?? null,
    messages: async () => messages,
    close: async () => undefined,
  };
}

const sessions = [3, 1, 2, 2].map(
  (lastModified, at): SDKSessionInfo => ({
    sessionId: `id-${at}`,
    summary: 'the last prompt',
    firstPrompt: `Question ${at}\nwith more`,
    lastModified,
    cwd: at === 0 ? '/own/x' : '/work',
  }),
);
const owns = (path: string): boolean => path.startsWith('/own');

describe('a conversation', () => {
  it('is what was said and done, without the program’s own notes', () => {
    expect(itemsOf(messages)).toEqual([
      { type: 'user', text: 'Do it', at: null },
      { type: 'assistant_text', text: 'I will' },
      { type: 'tool_use', toolUseId: 't1', name: 'Bash', input: { command: 'ls' } },
      { type: 'tool_result', toolUseId: 't1', content: 'a.txt', isError: false },
    ]);
  });

  it('shows a prompt once that was sent again under another credential, and twice where the person sent it twice', () => {
    const refused = entry('assistant', {
      model: '<synthetic>',
      content: [{ type: 'text', text: 'API Error: 401' }],
    });
    const answer = entry('assistant', { model: 'm', content: [{ type: 'text', text: 'Yes' }] });
    const sent = (queryId: string) => ({
      ...entry('user', { role: 'user', content: 'Do it' }),
      uuid: promptId(queryId),
    });
    const [first, second] = [randomUUID(), randomUUID()];
    const shown = [
      { type: 'user', text: 'Do it', at: null },
      { type: 'assistant_text', text: 'Yes' },
    ];

    expect(itemsOf([sent(first), refused, sent(first), answer])).toEqual(shown);
    expect(itemsOf([sent(first), refused, sent(second), answer])).toEqual([shown[0], ...shown]);
  });

  it('is paged from its end', async () => {
    const last = await conversationItems(reader(sessions), owns, 'id-1', { limit: 3, before: null });
    const first = await conversationItems(reader(sessions), owns, 'id-1', { limit: 3, before: last.next });

    expect(last.items.map(({ type }) => type)).toEqual(['assistant_text', 'tool_use', 'tool_result']);
    expect(first).toMatchObject({ items: [{ type: 'user' }], next: null, title: 'Question 1' });
    const nonsense = await conversationItems(reader(sessions), owns, 'id-1', { limit: 3, before: 'x' });
    expect(nonsense.items).toEqual([]);
  });
});

describe('the list of conversations', () => {
  it('is paged without a gap or a repetition, the last used first', async () => {
    const ids: string[] = [];
    let before: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof conversationPage>> = await conversationPage(
        reader(sessions),
        owns,
        {
          limit: 1,
          before,
          search: null,
        },
      );
      ids.push(...page.items.map(({ id }) => id));
      before = page.next;
    } while (before !== null);

    expect(ids).toEqual(['id-0', 'id-2', 'id-3', 'id-1']);
  });

  it('is searched by title, and hides directories of our own', async () => {
    const found = await conversationPage(reader(sessions), owns, {
      limit: 9,
      before: null,
      search: 'QUESTION 0',
    });

    expect(found).toEqual({
      items: [{ id: 'id-0', title: 'Question 0', workspace: null, updatedAt: '1970-01-01T00:00:00.003Z' }],
      next: null,
    });
  });
});
