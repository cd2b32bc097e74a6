import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type Receipt, type ReceiptPart } from '@postern/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coveredByPlan, credentialRef } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { openStore, type Sql } from '../store/index.ts';
import { createLedger } from './create-ledger.ts';
import type { Ledger } from './ledger.ts';
import { localMidnight } from './local-day.ts';

const noon = new Date(2026, 10, 23, 12).getTime();

interface Book {
  readonly ledger: Ledger;
  readonly sql: Sql;
  readonly logs: string[];
  nowMs: number;
  reopened(): Ledger;
}

async function openBook(): Promise<Book> {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-ledger-'));
  const logs: string[] = [];
  const log = (line: string): void => {
    logs.push(line);
  };
  const at = { nowMs: noon };
  const clock = (): number => at.nowMs;
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const reopened = (): Ledger => createLedger({ sql: store.sql, clock, log });
  return Object.assign(at, { ledger: reopened(), sql: store.sql, logs, reopened });
}

function part(kind: 'oauth' | 'api_key', costUsd: number): ReceiptPart {
  return {
    credential: credentialRef(kind, false),
    reason: 'preferred',
    calls: 1,
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd,
    covered: coveredByPlan({ kind }),
  };
}

function receipt(queryId: string, ...parts: ReceiptPart[]): Omit<Receipt, 'id' | 'at'> {
  return {
    queryId,
    conversationId: 'c',
    model: 'claude-test',
    outcome: 'completed',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costUsd: parts.reduce((sum, each) => sum + each.costUsd, 0),
    durationMs: 5,
    parts,
  };
}

describe('receipts', () => {
  it('come newest first, page by page, each once, also those of one millisecond', async () => {
    const book = await openBook();
    for (let count = 0; count < 25; count += 1) {
      if (count % 5 === 0) book.nowMs += 1;
      book.ledger.addReceipt(receipt(`q${count}`, part('api_key', 0.01)));
    }
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const page: ReturnType<Ledger['receipts']> = book.ledger.receipts({ limit: 7, before });
      seen.push(...page.items.map((each) => each.queryId));
      before = page.next;
    } while (before !== null);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, at) => `q${24 - at}`));
    expect(() => book.ledger.receipts({ limit: 7, before: 'nonsense' })).toThrow(InvalidRequestError);
  });

  it('of the last 400 days with any are kept, with their parts', async () => {
    const book = await openBook();
    const items = (limit: number): readonly Receipt[] => book.ledger.receipts({ limit, before: null }).items;
    for (let day = 0; day <= 400; day += 1) {
      book.nowMs = localMidnight(noon, day) + 3_600_000;
      book.ledger.addReceipt(receipt(`day ${day}`, part('api_key', 1)));
    }
    expect(items(999)).toHaveLength(401);
    book.nowMs = localMidnight(noon, 401) + 3_600_000;
    book.ledger.addReceipt(receipt('now', part('api_key', 1)));
    expect(items(999).at(-1)?.queryId).toBe('day 1');
    expect(book.sql.all('SELECT count(*) AS n FROM receipt_parts')).toEqual([{ n: 401 }]);
  });

  it('outlive a clock that is years ahead for a while, and those dated ahead count towards no other day', async () => {
    const book = await openBook();
    for (let day = 0; day < 3; day += 1) {
      book.nowMs = localMidnight(noon, day);
      book.ledger.addReceipt(receipt(`day ${day}`, part('api_key', 1)));
    }
    for (let day = 0; day < 3; day += 1) {
      book.nowMs = localMidnight(noon, 3000 + day);
      book.ledger.addReceipt(receipt('ahead', part('api_key', 100)));
    }
    book.nowMs = localMidnight(noon, 2) + 1;
    expect(book.ledger.receipts({ limit: 99, before: null }).items).toHaveLength(6);
    expect(book.ledger.spentTodayUsd()).toBe(1);
    expect(book.ledger.spend('today')[0]?.costUsd).toBe(1);
    expect(book.ledger.spend('month')[0]?.costUsd).toBe(3);
  });
});

describe('spend', () => {
  it('counts towards the cap what no plan covers, since local midnight', async () => {
    const book = await openBook();
    book.nowMs = localMidnight(noon) - 1;
    book.ledger.addReceipt(receipt('yesterday', part('api_key', 4)));
    book.nowMs = localMidnight(noon);
    book.ledger.addReceipt(receipt('a', part('oauth', 2), part('api_key', 0.1)));
    book.ledger.addReceipt(receipt('b', part('api_key', 0.2)));
    book.nowMs = noon;

    expect(book.ledger.spentTodayUsd()).toBe(0.3);
    expect(book.ledger.spend('today')).toEqual([
      { credentialId: 'api_key:default', kind: 'api_key', costUsd: 0.3, covered: false },
      { credentialId: 'oauth:default', kind: 'oauth', costUsd: 2, covered: true },
    ]);
    expect(book.ledger.spend('month')[0]?.costUsd).toBe(4.3);
    expect(book.ledger.spendByDay(30).map(({ day, spend }) => [day, spend.length])).toEqual([
      ['2026-11-22', 1],
      ['2026-11-23', 2],
    ]);
    book.nowMs = localMidnight(noon, 1);
    expect(book.ledger.spentTodayUsd()).toBe(0);
    expect(book.ledger.spendByDay(1)).toEqual([]);
  });
});

describe('usage windows', () => {
  it('keep the last reading with its age, across a restart', async () => {
    const book = await openBook();
    const reading = {
      credentialId: 'oauth:default',
      window: 'five_hour',
      utilization: 0.5,
      resetsAt: null,
      status: 'allowed',
    };
    book.ledger.noteWindow(reading);
    book.ledger.noteWindow({ ...reading, utilization: 0.6 });
    book.nowMs += 45_400;
    expect(book.ledger.windows()).toEqual([
      {
        ...{ ...reading, utilization: 0.6, seenAt: new Date(noon).toISOString(), ageSeconds: 45 },
        ...{ model: null, source: 'headers', pace: null },
      },
    ]);
    expect(book.reopened().windows()).toEqual(book.ledger.windows());
  });

  it('are written once a minute where nothing changes, however many answers bring them', async () => {
    const book = await openBook();
    const reading = {
      credentialId: 'oauth:default',
      window: 'five_hour',
      utilization: 0.5,
      resetsAt: null,
      status: 'allowed',
    };
    const stored = (): unknown => book.sql.all('SELECT seen_at_ms FROM usage_windows')[0]?.['seen_at_ms'];
    book.ledger.noteWindow(reading);
    book.nowMs += 59_000;
    book.ledger.noteWindow(reading);
    expect(stored()).toBe(noon);
    expect(book.ledger.windows()[0]?.ageSeconds).toBe(0);
    book.nowMs += 2000;
    book.ledger.noteWindow(reading);
    expect(stored()).toBe(noon + 61_000);
  });
});

describe('notices of a usage window', () => {
  it('come once, over restarts too, and at the reset', async () => {
    const book = await openBook();
    const resetsAt = new Date(noon + 3_600_000).toISOString();
    const reading = { credentialId: 'oauth:default', window: 'five_hour', status: 'allowed', resetsAt };
    const names = (notices: readonly { readonly notice: string }[]) => notices.map(({ notice }) => notice);
    expect(names(book.ledger.noteWindow({ ...reading, utilization: 0.83 }))).toEqual(['at_80']);
    const later = book.reopened();
    expect(names(later.noteWindow({ ...reading, utilization: 0.84 }))).toEqual([]);
    expect(names(later.noteWindow({ ...reading, utilization: 0.96 }))).toEqual(['at_95']);
    expect(later.takeResets()).toEqual([]);
    book.nowMs += 3_600_000;
    expect(names(book.reopened().takeResets())).toEqual(['reset']);
    expect(book.reopened().takeResets()).toEqual([]);
  });
});

describe('the timeline', () => {
  it('comes newest first, page by page, and keeps the newest 10,000', async () => {
    const book = await openBook();
    book.sql.transaction(() => {
      for (let count = 1; count <= 10_000; count += 1)
        book.sql.run(
          'INSERT INTO timeline (at_ms, type, kind, code, text) VALUES (?, ?, NULL, NULL, ?)',
          noon,
          'x',
          `e${count}`,
        );
    });
    book.ledger.addTimelineEntry({
      type: 'fallback',
      kind: 'api_key',
      code: 'plan_limit_reached',
      text: 'newest',
    });
    const first = book.ledger.timeline({ limit: 2, before: null });
    expect(first.items).toMatchObject([
      {
        id: '10001',
        at: new Date(noon).toISOString(),
        kind: 'api_key',
        code: 'plan_limit_reached',
        text: 'newest',
      },
      { text: 'e10000', kind: null },
    ]);
    expect(book.ledger.timeline({ limit: 1, before: first.next }).items[0]?.text).toBe('e9999');
    expect(book.sql.all('SELECT min(id) AS first, count(*) AS n FROM timeline')).toEqual([
      { first: 2, n: 10_000 },
    ]);
    expect(() => book.ledger.timeline({ limit: 1, before: 'DROP' })).toThrow(InvalidRequestError);
  });

  it('that cannot be written is logged and stops nobody', async () => {
    const book = await openBook();
    book.sql.run('DROP TABLE timeline');
    book.ledger.addTimelineEntry({ type: 'x', kind: null, code: null, text: 'x' });
    expect(book.logs.at(-1)).toMatch(/^ledger: timeline entry not kept/);
  });
});

describe('the caps', () => {
  it('leave what is neither spent nor reserved, of a month from all of its days, and never less than nothing', async () => {
    const book = await openBook();
    const caps = { ...defaultSettings.fallback, capUsdPerDay: 5, capUsdPerMonth: 8 };
    const reserve = (mostNano: number) => reserveIn(book, `q${mostNano}`, mostNano);
    reserve(3_000_000_000);
    book.nowMs += 24 * 3_600_000;
    reserve(4_000_000_000);
    expect(book.ledger.caps(caps)).toEqual([
      { scope: 'day', capUsd: 5, spentUsd: 0, reservedUsd: 4, leftUsd: 1 },
      { scope: 'month', capUsd: 8, spentUsd: 0, reservedUsd: 7, leftUsd: 1 },
    ]);
    reserve(2_500_000_000);
    expect(book.ledger.caps(caps)).toMatchObject([{ leftUsd: 0 }, { leftUsd: 0 }]);
  });

  it.each([
    ['refused', 0, undefined, 0],
    ['paid', 0.75, undefined, 0],
    ['never reported', 0, 2, 2],
    ['reported in part', 0.75, 1, 1],
  ])(
    'count a call that was %s as its receipt says, where the database had not taken its end',
    async (_, costUsd, notReportedUsd, reservedUsd) => {
      const book = await openBook();
      reserveIn(book, 'q', 2_000_000_000);
      book.ledger.addReceipt({
        ...receipt('q', part('api_key', costUsd)),
        ...(notReportedUsd === undefined ? {} : { notReportedUsd }),
      });
      expect([book.ledger.spentTodayUsd(), book.ledger.reservedTodayUsd()]).toEqual([costUsd, reservedUsd]);
    },
  );
});

function reserveIn({ ledger }: { readonly ledger: Ledger }, queryId: string, mostNano: number): void {
  const credential = credentialRef('api_key', false);
  const call = { queryId, conversationId: 'c', workspace: '', reason: 'preferred', model: null };
  ledger.calls.reserve({ ...call, credential, mostNano } as const, {}, new Set());
}
