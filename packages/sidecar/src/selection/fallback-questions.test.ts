import type { CredentialRef } from '@postern/contract';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Choice } from '../credentials/index.ts';
import { createFallbackQuestions } from './fallback-questions.ts';
import type { QueryListener } from './query.ts';
import { createQueryState } from './query-state.ts';
import { createSharedQuestions, settledElsewhere } from './shared-questions.ts';

const [from, to] = ['oauth:default', 'oauth:work'].map(
  (id): CredentialRef => ({ id, kind: 'oauth', payer: 'Your plan' }),
) as [CredentialRef, CredentialRef];
const question = { do: 'ask', from, to, reason: 'plan_limit_reached' } as const;
const stopped = (code: 'credential_store_locked' | 'plan_limit_reached'): Choice => ({
  ...{ do: 'stop', code, retryAtMs: null },
});

/** A question that nobody answers, over a policy that the test changes. */
function openQuestion() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const withdrawn: AbortSignal[] = [];
  const ask: QueryListener['ask'] = (_question, signal) => {
    withdrawn.push(signal);
    return new Promise(() => undefined);
  };
  const log = (): void => undefined;
  const questions = createFallbackQuestions({
    questions: createSharedQuestions({ expiresAfterMs: 240_000, log }),
    consents: { today: () => new Set(), allowToday: () => undefined },
    log,
  });
  const query = createQueryState('q', { ask } as QueryListener, { first: null, delegated: () => [] });
  const policy = { now: question as Choice };
  const end = new AbortController();
  const over = questions.settle(query, question, async () => policy.now, null, end.signal);
  return { policy, over, query, withdrawn };
}

it('stays open while it is asked, and while a credential cannot be read', async () => {
  const { policy, withdrawn } = openQuestion();
  await vi.advanceTimersByTimeAsync(2_000);
  policy.now = stopped('credential_store_locked');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(withdrawn.map(({ aborted }) => aborted)).toEqual([false]);
});

it.each([
  ['its credential is waited for', { do: 'wait', credential: to }, true],
  ['another one is asked about', { ...question, to: from }, true],
  ['one can pay', { do: 'use', credential: from }, true],
  ['nothing may pay', stopped('plan_limit_reached'), false],
])('is over once %s, with nothing said by the user', async (_, next, goesOn) => {
  const { policy, over, query, withdrawn } = openQuestion();
  policy.now = next as Choice;
  await vi.advanceTimersByTimeAsync(600);
  await over;
  expect(withdrawn[0]?.aborted).toBe(true);
  expect(withdrawn[0]?.reason === settledElsewhere).toBe(goesOn);
  expect([query.consents.size, query.declined.size]).toEqual([0, 0]);
});
