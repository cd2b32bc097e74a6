import type { TokenUsage } from '@postern/contract';
import { type FakeFacts, inSeconds, ref } from './fake-facts.ts';

/** Some use, spend, receipts and events, for the Usage screen. */
export function addUsage(facts: FakeFacts): void {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const spend = (kind: 'oauth' | 'api_key', costUsd: number) => ({
    credentialId: `${kind}:default`,
    kind,
    costUsd,
    covered: kind === 'oauth',
  });
  facts.usage = {
    windows: [
      {
        credentialId: 'oauth:default',
        window: 'five_hour',
        utilization: 0.64,
        resetsAt: inSeconds(2 * 3600),
        status: 'allowed',
        seenAt: inSeconds(-140),
        ageSeconds: 140,
      },
      {
        credentialId: 'oauth:default',
        window: 'seven_day',
        utilization: 0.93,
        resetsAt: inSeconds(3 * 86_400),
        status: 'allowed_warning',
        seenAt: inSeconds(-140),
        ageSeconds: 140,
      },
    ],
    today: [spend('oauth', 1.24), spend('api_key', 0.38)],
    month: [spend('oauth', 31.7), spend('api_key', 4.05)],
    byDay: Array.from({ length: 26 }, (_, back) => ({
      day: day(25 - back),
      spend: [
        spend('oauth', 0.4 + ((back * 7) % 11) * 0.21),
        ...(back % 3 === 0 ? [spend('api_key', 0.15 + (back % 5) * 0.12)] : []),
      ],
    })),
    countedTodayUsd: 0.38,
    capUsdPerDay: 5,
    reservedUsd: 0,
    caps: [{ scope: 'day', capUsd: 5, spentUsd: 0.38, reservedUsd: 0, leftUsd: 4.62 }],
  };
  const limit = 'plan_limit_reached';
  const part = (kind: 'oauth' | 'api_key', usage: TokenUsage, costUsd: number, reason: string) => ({
    ...{ credential: ref(kind), reason, calls: 2, usage, costUsd, covered: kind === 'oauth' },
  });
  facts.receipts = Array.from({ length: 12 }, (_, index) => {
    const onKey = index % 4 === 1;
    const usage = {
      inputTokens: 1800 + index * 310,
      outputTokens: 420,
      cacheReadTokens: 9000,
      cacheWriteTokens: 0,
    };
    const costUsd = 0.021 * (index + 1);
    return {
      id: `r${index}`,
      at: inSeconds(-index * 5400),
      queryId: `q${index}`,
      conversationId: 'c1',
      model: 'claude-sonnet-4-5',
      outcome: index === 3 ? 'cancelled' : 'completed',
      usage,
      costUsd,
      durationMs: 2300 + index * 800,
      parts:
        index === 2
          ? [part('oauth', usage, costUsd / 3, 'preferred'), part('api_key', usage, (costUsd * 2) / 3, limit)]
          : [onKey ? part('api_key', usage, costUsd, limit) : part('oauth', usage, costUsd, 'preferred')],
    };
  });
  const entry = (
    index: number,
    type: string,
    kind: 'oauth' | 'api_key',
    code: string | null,
    text: string,
  ) => ({
    id: `t${index}`,
    at: inSeconds(-index * 4000),
    type,
    kind,
    code,
    text,
  });
  facts.timeline = [
    entry(0, 'refreshed', 'oauth', null, 'The access was renewed.'),
    entry(1, 'fallback', 'api_key', 'plan_limit_reached', 'Switched to the API key.'),
    entry(2, 'sign_in_completed', 'oauth', null, 'Signed in as ada@example.com.'),
  ];
}

/** A receipt of a program with a lease, newer than the others: its own session, and sub-agents of several kinds. */
export function addLeasedReceipt(facts: FakeFacts): void {
  const [newest] = facts.receipts;
  if (newest === undefined) return;
  const subagent = (at: number, agentType: string | null, costUsd: number) => ({
    ...{ agentId: `a${at}`, agentType, calls: at + 1, costUsd },
  });
  facts.receipts.unshift({
    ...newest,
    id: 'leased',
    conversationId: '0c1de2ab-5f0e-4c55-8a0e-1f9d6f2b7a10',
    model: 'claude-opus-4-8',
    lease: { leaseId: 'l1', label: 'claude', session: '0c1de2ab-5f0e-4c55-8a0e-1f9d6f2b7a10' },
    subagents: [subagent(0, 'Explore', 0.004), subagent(1, 'Explore', 0.006), subagent(2, 'Plan', 0.002)],
  });
}

/** The newest receipt is of a model that the price table does not know. */
export function addUnknownModel(facts: FakeFacts): void {
  const [newest] = facts.receipts;
  if (newest !== undefined)
    facts.receipts[0] = { ...newest, model: 'claude-next', unknownModels: ['claude-next'] };
}
