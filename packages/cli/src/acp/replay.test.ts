import { expect, it } from 'vitest';
import { replay } from './replay.ts';

it('says where something of a conversation is missing, and where it was summarized', () => {
  const items = [
    { type: 'user', text: 'Hello', at: null },
    { type: 'gap', reason: 'damaged' },
    { type: 'assistant_text', text: 'An answer' },
    { type: 'compacted', trigger: 'auto', beforeTokens: 42 },
    { type: 'gap', reason: 'unfinished' },
  ] as const;
  const texts = [...replay(items, '/projects')].map((update) =>
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
