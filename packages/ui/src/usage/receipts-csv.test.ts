import type { Receipt } from '@postern/contract';
import { expect, it } from 'vitest';
import { receiptsCsv } from './receipts-csv.ts';

const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 40 };
const receipt: Receipt = {
  id: 'r1',
  at: '2026-11-24T12:00:00.000Z',
  queryId: 'q1',
  conversationId: 'c1',
  model: '=HYPERLINK("https://evil.example")',
  outcome: 'completed',
  usage,
  costUsd: 0.5,
  durationMs: 1200,
  parts: [
    {
      credential: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan, "Max"' },
      reason: 'preferred',
      calls: 1,
      usage,
      costUsd: 0.3,
      covered: true,
    },
    {
      credential: { id: 'api_key:default', kind: 'api_key', payer: 'Org' },
      reason: 'plan_limit_reached',
      calls: 1,
      usage,
      costUsd: 0.2,
      covered: false,
    },
  ],
};

it('writes one line for each part, quoted where a cell needs it', () => {
  const lines = receiptsCsv([receipt]).split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toContain('"Your plan, ""Max"""');
  expect(lines[2]).toContain(',api_key:default,Org,plan_limit_reached,no,10,20,30,40,0.2,1200,r1,');
});

it('lets no cell become a formula', () => {
  expect(receiptsCsv([receipt])).toContain('"\'=HYPERLINK');
});

it('names the program with a lease, and lets its name be no formula', () => {
  const lease = { leaseId: 'l1', label: '+claude, here', session: 's-1' };
  expect(receiptsCsv([{ ...receipt, lease }])).toContain(',r1,"\'+claude, here",0\r\n');
});

it('says once for a turn what of it was not reported', () => {
  const lines = receiptsCsv([{ ...receipt, notReportedUsd: 0.9 }]).split('\r\n');
  expect(lines.map((line) => line.split(',').at(-1))).toEqual(['not_reported_usd', '0.9', '0', '']);
});
