import { describe, expect, it } from 'vitest';
import { replay } from './replay.ts';

it('says where something of a conversation is missing, and where it was summarized', () => {
  const items = [
    { type: 'user', text: 'Hello', at: null },
    { type: 'gap', reason: 'damaged' },
    { type: 'assistant_text', text: 'An answer' },
    { type: 'compacted', trigger: 'auto', beforeTokens: 42 },
    { type: 'gap', reason: 'unfinished' },
  ] as const;
  const texts = [...replay(items, '/projects', false)].map((update) =>
    'content' in update && update.content !== null && 'text' in update.content ? update.content.text : null,
  );
  expect(texts).toEqual([
    'Hello',
    expect.stringMatching(/missing: .*damaged.*may not know/),
    'An answer',
    expect.stringContaining('was summarized'),
    expect.stringMatching(/broke off .* does not know of it/),
  ]);
});

it('shows the files of a prompt as links', () => {
  const attachments = [
    { type: 'image' as const, path: '/projects/a b.png' },
    { type: 'image' as const, path: null },
  ];
  const updates = [...replay([{ type: 'user', text: 'Look', at: null, attachments }], '/projects', false)];
  expect(updates.map((update) => 'content' in update && update.content)).toEqual([
    { type: 'text', text: 'Look' },
    { type: 'resource_link', uri: 'file:///projects/a%20b.png', name: 'a b.png' },
    { type: 'text', text: '[Picture]' },
  ]);
});

describe('a call of a tool without a result', () => {
  const user = { type: 'user', text: 'Hello', at: null } as const;
  const call = (toolUseId: string) => ({ type: 'tool_use', toolUseId, name: 'Read', input: {} }) as const;
  const result = { type: 'tool_result', toolUseId: 'b', content: '', isError: false } as const;
  const items = [user, call('a'), call('b'), result, user, call('c')];
  const states = (isRunning: boolean) =>
    Object.fromEntries(
      [...replay(items, '/projects', isRunning)].flatMap((update) =>
        'toolCallId' in update ? [[update.toolCallId, update.status]] : [],
      ),
    );

  it('has failed: its turn broke off', () => {
    expect(states(false)).toEqual({ a: 'failed', b: 'completed', c: 'failed' });
  });

  it('is under way where it is of the turn that runs', () => {
    expect(states(true)).toEqual({ a: 'failed', b: 'completed', c: 'in_progress' });
  });
});
