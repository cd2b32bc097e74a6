// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { credential } from '../../test/support/sample-facts.ts';
import { sentences } from '../help/index.ts';
import { FallbackSheet } from './fallback-sheet.tsx';
import type { Answer } from './query-actions.ts';

const expiresAt = new Date(Date.now() + 240_000).toISOString();
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('asks about another payer with the reason, who would pay, and the cap', () => {
  const oauth = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
  const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
  const given: Answer[] = [];
  render(
    <FallbackSheet
      question={{
        type: 'fallback',
        requestId: 'f1',
        from: oauth,
        to: apiKey,
        reason: 'plan_limit_reached',
        payer: apiKey.payer,
        capUsd: 5,
        spend: null,
        expiresAt,
        answering: false,
        failure: null,
      }}
      credentials={[]}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region', { name: /^Use the/ }).textContent ?? '';
  expect(text).toContain('The plan’s usage limit is reached');
  // What holds a request cannot wait for hours: it says so where it applies.
  expect(text).toContain(sentences.fallbackHeld);
  expect(text).toContain('Answer within');
  expect(text).toContain('your API key’s organization, up to $5.00 a day');
  const yes = screen.getByRole('button', { name: 'Allow until midnight' });
  // A click in the first moment may be meant for what was there before.
  expect(yes.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(yes);
  expect(given).toEqual([]);
  actNow(() => vi.advanceTimersByTime(600));
  fireEvent.click(yes);
  expect(given).toEqual([{ requestId: 'f1', decision: 'allow', remember: true }]);
});

it('asks about a cap with what is spent, what the next call may cost, and who would pay', () => {
  const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
  const given: Answer[] = [];
  render(
    <FallbackSheet
      question={{
        ...{ type: 'fallback', requestId: 'f2', from: apiKey, to: apiKey, payer: apiKey.payer, expiresAt },
        ...{ reason: 'spend_cap_reached', capUsd: 5, answering: false, failure: null },
        spend: {
          ...{ scope: 'month', capUsd: 5, spentUsd: 4.2, reservedUsd: 0.5, thisCallAtMostUsd: 1.3 },
          unknownModel: 'claude-next',
        },
      }}
      credentials={[]}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region', { name: 'Go over the cap for this month?' }).textContent ?? '';
  expect(text).toContain('may cost up to $1.30. The cap for this month is $5.00: $4.20 is spent');
  expect(text).toContain('up to $0.50 is under way or was never reported');
  expect(text).toContain('claude-next is not known here');
  actNow(() => vi.advanceTimersByTime(600));
  fireEvent.click(screen.getByRole('button', { name: 'Allow for this turn' }));
  expect(given).toEqual([{ requestId: 'f2', decision: 'allow', remember: false }]);
});

it('says which of two accounts of one kind would pay', () => {
  const payer = 'Your API key’s organization';
  const [home, work] = [
    { id: 'api_key:default', kind: 'api_key', payer } as const,
    { id: 'api_key:work', kind: 'api_key', payer } as const,
  ];
  const credentials = [
    credential('api_key', { id: home.id, label: 'Home' }),
    credential('api_key', { id: work.id, label: 'Work' }),
  ];
  const question = {
    ...({ type: 'fallback', requestId: 'f3', payer, expiresAt, answering: false, failure: null } as const),
    ...{ from: home, to: work, reason: 'credit_exhausted', capUsd: null, spend: null },
  };
  const { rerender } = render(
    <FallbackSheet question={question} credentials={credentials} onAnswer={() => undefined} />,
  );
  const sheet = screen.getByRole('region', { name: 'Use the API key “Work” instead?' });
  expect(sheet.textContent).toContain('The API key “Home” can’t be used.');
  expect(sheet.textContent).toContain('Postern can use the API key “Work” instead, paid by your API key’s');
  const spend = { scope: 'day', capUsd: 5, spentUsd: 4, reservedUsd: 0, thisCallAtMostUsd: 2 } as const;
  const cap = { ...question, from: work, spend: { ...spend, unknownModel: null } };
  rerender(<FallbackSheet question={cap} credentials={credentials} onAnswer={() => undefined} />);
  expect(screen.getByRole('region', { name: /^Go over/ }).textContent).toContain(
    'Paid by your API key’s organization (API key “Work”).',
  );
});
