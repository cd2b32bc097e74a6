// @vitest-environment happy-dom
import type { Receipt } from '@postern/contract';
import { cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, describe, expect, it } from 'vitest';
import { ReceiptsTable } from './receipts-table.tsx';

afterEach(cleanup);

const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 };
const turn: Receipt = {
  ...{
    id: 'r1',
    at: '2026-11-24T12:00:00.000Z',
    queryId: 'q1',
    conversationId: 'c1',
    model: 'claude-opus-4-8',
  },
  ...{ outcome: 'completed', usage, costUsd: 0.5, durationMs: 1200 },
  parts: [
    {
      credential: { id: 'api_key:default', kind: 'api_key', payer: 'Org' },
      ...{ reason: 'preferred', calls: 3, usage, costUsd: 0.5, covered: false },
    },
  ],
};
const lease = { leaseId: 'l1', label: 'claude', session: '0c1de2ab-5f0e-4c55-8a0e-1f9d6f2b7a10' };
const subagent = (agentId: string, agentType: string | null, costUsd: number) => ({
  ...{ agentId, agentType, calls: 1, costUsd },
});

/** The head of the only row: when, and of what. */
function headOf(receipt: Receipt): HTMLElement {
  render(
    <ReceiptsTable
      receipts={{ items: [receipt], next: null }}
      nowMs={Date.parse(receipt.at)}
      hrefOf={(id) => `/conversations/${id}`}
      onMore={() => undefined}
      onExport={async () => undefined}
    />,
  );
  return screen.getByRole('rowheader');
}

describe('a receipt', () => {
  it('of a turn leads to its conversation', () => {
    const link = within(headOf(turn)).getByRole('link');
    expect(link.getAttribute('href')).toBe('/conversations/c1');
  });

  it('names models whose price is not known', () => {
    const row = headOf({ ...turn, unknownModels: ['opus-next'] }).closest('tr');
    expect(row?.textContent).toContain('opus-next: no known price, counted as the dearest');
  });

  it('says what a call that was cut off may have cost besides', () => {
    const cancelled: Receipt = { ...turn, outcome: 'cancelled', costUsd: 0, notReportedUsd: 0.898935 };
    expect(headOf(cancelled).closest('tr')?.lastElementChild?.textContent).toBe(
      '$0.00up to $0.90 more, not reported',
    );
    cleanup();
    expect(headOf(turn).closest('tr')?.textContent).not.toContain('not reported');
  });

  it('of a program with a lease names it and its session, and leads nowhere', () => {
    const head = headOf({ ...turn, lease });
    expect(within(head).queryByRole('link')).toBeNull();
    expect(head.textContent).toMatch(/claude, session 0c1de2ab$/);
    expect(within(head).getByTitle(lease.session)).toBeTruthy();
  });

  it('of one that names no session names the program alone', () => {
    expect(headOf({ ...turn, lease: { ...lease, session: null } }).textContent).toMatch(/claude$/);
  });

  it('names its sub-agents by what they are, with what they cost, the dearest first', () => {
    const one = headOf({ ...turn, lease, subagents: [subagent('a1', 'Explore', 0.02)] });
    expect(one.textContent).toContain('Sub-agent: Explore ($0.0200)');
    cleanup();
    const subagents = [
      ...[subagent('a1', 'Explore', 0.02), subagent('a2', 'Plan', 0.03), subagent('a3', 'Explore', 0.02)],
      ...[subagent('a4', null, 0.01), subagent('a5', 'review', 0.005), subagent('a6', 'test', 0.006)],
    ];
    expect(headOf({ ...turn, lease, subagents }).textContent).toContain(
      'Sub-agents: Explore × 2 ($0.0400), Plan ($0.0300), not named ($0.0100), 2 more ($0.0110)',
    );
  });
});
