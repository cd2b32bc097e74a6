import type { Conversation, ConversationItem, QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { InvalidRequestError } from '../errors/index.ts';
import { asItWaited, cutOffAt } from './cut-off-turn.ts';
import type { WaitingQueries } from './turn/index.ts';

const prompt = 'What was asked';
const asked = { type: 'user', text: prompt, at: null, promptId: 'p1' } as const;
const attachments = [{ path: '/x/a.txt' }];

/** A conversation whose query waited when Postern stopped. */
function conversation(
  items: readonly ConversationItem[],
  request?: Partial<QueryRequest>,
  isUnsent?: boolean,
) {
  const waiting = {
    interruptedPrompt: () => prompt,
    of: () => ({ conversationId: 'c1', workspace: '/w', prompt, untilMs: 0, request, isUnsent }),
  } as unknown as WaitingQueries;
  const history = {
    items: async (): Promise<Conversation> => ({
      ...{ id: 'c1', title: '', workspace: null },
      items: [...items],
      next: '10',
    }),
  };
  return { waiting, history };
}

describe('the turn that a conversation ends in', () => {
  it('goes on behind its prompt, also where files were sent with it', async () => {
    expect(await cutOffAt(conversation([asked]), 'c1', { prompt })).toBe('11');
    const withFile = conversation([asked], { attachments });
    expect(await cutOffAt(withFile, 'c1', { prompt, attachments })).toBe('11');
    expect(await cutOffAt(withFile, 'c1', { prompt, attachments: [{ path: '/x/b.txt' }] })).toBeNull();
  });

  it('goes on where the program wrote behind it that a picture cannot be read', async () => {
    const unreadable = { type: 'user', text: '[Image could not be processed: x]', at: null } as const;
    expect(await cutOffAt(conversation([asked, unreadable]), 'c1', { prompt })).toBe('12');
  });

  it('does not count the gap that goes when it goes on', async () => {
    expect(
      await cutOffAt(conversation([asked, { type: 'gap', reason: 'unfinished' }]), 'c1', { prompt }),
    ).toBe('11');
  });

  it('is another one in the same words where the prompt was never sent', async () => {
    expect(await cutOffAt(conversation([asked], {}, true), 'c1', { prompt })).toBeNull();
  });

  it('is another one where that was answered, or something else is asked', async () => {
    const answered = conversation([asked, { type: 'assistant_text', text: 'Yes' }]);
    expect(await cutOffAt(answered, 'c1', { prompt })).toBeNull();
    expect(await cutOffAt(conversation([asked]), 'c1', { prompt: 'Else' })).toBeNull();
  });
});

describe('what waited', () => {
  const waiting = {
    resumed: (request: QueryRequest) => ({ credential: 'api_key:team', model: 'opus', ...request }),
  };
  const gone = async (): Promise<never> => {
    throw new InvalidRequestError('credential_not_found');
  };

  it('is asked again as it was, but for a credential that is gone', async () => {
    expect(await asItWaited(waiting, { prompt }, async () => 'api_key:team')).toEqual({
      ...{ prompt, model: 'opus' },
      credential: 'api_key:team',
    });
    expect(await asItWaited(waiting, { prompt }, gone)).toEqual({ prompt, model: 'opus' });
  });

  it('is not asked under another credential where it is not known whether that is gone', async () => {
    const unknown = async (): Promise<never> => {
      throw new Error('the store is locked');
    };
    await expect(asItWaited(waiting, { prompt }, unknown)).rejects.toThrow('locked');
  });

  it('is refused as always where the user names a credential that is not there', async () => {
    const request = { prompt, credential: 'api_key:none' };
    expect(await asItWaited(waiting, request, gone)).toMatchObject(request);
  });
});
