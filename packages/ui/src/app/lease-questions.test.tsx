// @vitest-environment happy-dom
import { createPosternClient } from '@postern/client';
import type { LeaseQuestion } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import type { Answer } from '../conversation/query-actions.ts';
import { type Action, initialState, reduceApp } from '../state/app-state.ts';
import { createLeaseQuestionActions } from './lease-question-actions.ts';
import { LeaseQuestions } from './lease-questions.tsx';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const question = (requestId: string): LeaseQuestion => ({
  ...{ requestId, leaseId: 'l1', label: 'claude', reason: 'plan_limit_reached', capUsd: 5 },
  from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
  to: { id: 'api_key:default', kind: 'api_key', payer: 'Your key' },
  payer: 'Your key',
  expiresAt: new Date(Date.now() + 240_000).toISOString(),
});

function world(approve: () => Promise<void> = async () => undefined) {
  let state = initialState({ place: 'usage' });
  const dispatch = (action: Action) => {
    state = reduceApp(state, action);
  };
  const client = { ...createPosternClient({ baseUrl: 'http://127.0.0.1:9', token: null }), approve };
  const lease = { questions: [question('q1'), question('q2')] };
  const actions = createLeaseQuestionActions({
    client: () => ({ ...client, leases: async () => [lease as never] }),
    session: async () => undefined,
    dispatch,
    getState: () => state,
  });
  return { actions, dispatch, shown: () => state.leaseQuestions };
}

it('shows the oldest question with the program that asks, and passes the answer on', () => {
  const { dispatch, shown } = world();
  dispatch({ type: 'lease_question_heard', question: question('q1') });
  dispatch({ type: 'lease_question_heard', question: question('q2') });
  dispatch({ type: 'lease_question_heard', question: question('q2') });
  const given: Answer[] = [];
  const told: string[] = [];
  const notifications = {
    ...{ supported: true, wanted: () => true, want: async () => true },
    tell: (about: string) => void told.push(about),
  };
  render(
    <LeaseQuestions
      questions={shown()}
      credentials={[]}
      notifications={notifications}
      onAnswer={(each) => given.push(each)}
    />,
  );
  actNow(() => vi.advanceTimersByTime(600));
  fireEvent.click(screen.getByRole('button', { name: 'Allow once' }));
  expect(given).toEqual([{ requestId: 'q1', decision: 'allow', remember: false }]);
  expect([told, shown().length]).toEqual([['lease question'], 2]);
  dispatch({ type: 'lease_question_closed', requestId: 'q1' });
  expect(shown().map(({ question: { requestId } }) => requestId)).toEqual(['q2']);
});

it('leaves the focus on the page when the answer takes the question away, where there is no prompt', () => {
  const { dispatch, shown } = world();
  dispatch({ type: 'lease_question_heard', question: question('q1') });
  const notifications = {
    ...{ supported: true, wanted: () => true, want: async () => true },
    tell: () => undefined,
  };
  const page = (questions: ReturnType<typeof shown>) => (
    <main id="main" tabIndex={-1}>
      <LeaseQuestions
        questions={questions}
        credentials={[]}
        notifications={notifications}
        onAnswer={() => undefined}
      />
    </main>
  );
  const { rerender } = render(page(shown()));
  screen.getByRole('button', { name: 'Deny' }).focus();
  rerender(page([]));
  expect(document.activeElement?.id).toBe('main');
});

it('reads what waits when it connects, and keeps a question whose answer did not arrive', async () => {
  const { actions, shown } = world(async () => {
    throw new Error('offline');
  });
  await actions.read();
  expect(shown()).toHaveLength(2);
  await actions.answer({ requestId: 'q1', decision: 'deny', remember: false });
  expect(shown()[0]?.question).toMatchObject({ answering: false, failure: { code: 'internal_error' } });
});
