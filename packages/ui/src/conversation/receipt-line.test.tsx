// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { ReceiptLine } from './receipt-line.tsx';

afterEach(cleanup);

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
const paid = { reason: 'preferred', calls: 1, usage };
const plan = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
const key = { id: 'api_key:default', kind: 'api_key', payer: 'Your organization' } as const;
const line = { type: 'receipt', key: 'n1', receiptId: 'r1', usage, durationMs: 900 } as const;

it('says who paid which part, and the parts add up to the sum', () => {
  const parts = [
    { ...paid, credential: plan, costUsd: 0.00416, covered: true },
    { ...paid, credential: key, costUsd: 0.00616, covered: false },
  ];
  const { container } = render(<ReceiptLine receipt={{ ...line, parts, costUsd: 0.01032 }} />);
  const { textContent } = container;
  expect(textContent).toContain('Claude plan (Max) sign-in, paid by your plan: covered (list price $0.0042)');
  expect(textContent).toContain('API key, paid by your organization: $0.0061');
  expect(textContent).toContain('Together $0.0103');
});

it('says of a turn in the history how it ended, and what was never reported', () => {
  const parts = [{ ...paid, credential: key, costUsd: 0.5, covered: false }];
  const receipt = { ...line, parts, costUsd: 0.5, durationMs: 0 };
  const said = (outcome: 'cancelled' | 'failed', notReportedUsd: number) =>
    render(<ReceiptLine receipt={{ ...receipt, outcome, notReportedUsd }} />).container.textContent;
  expect(said('cancelled', 0.0301)).toBe(
    'Receipt: StoppedPaid by your organization$0.50up to $0.0301 more, not reported8 in, 2 out',
  );
  expect(said('failed', 0)).toContain('Receipt: Ended with an errorPaid by');
});

it('says it in fewer words where one paid for everything', () => {
  const parts = [{ ...paid, credential: key, costUsd: 0.5, covered: false }];
  const { container } = render(<ReceiptLine receipt={{ ...line, parts, costUsd: 0.5 }} />);
  expect(container.textContent).toContain('Paid by your organization$0.50');
});
