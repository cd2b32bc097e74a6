import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrations } from './migrations.ts';

it('counts what earlier receipts cost by their local days, but for figures that cannot be', () => {
  const connection = new DatabaseSync(':memory:');
  for (const { to, sql } of migrations) if (to < 4) connection.exec(sql);
  const insert = connection.prepare(
    'INSERT INTO receipt_parts (receipt_id, at_ms, credential_id, kind, cost_usd, covered) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const noon = new Date(2026, 10, 23, 12).getTime();
  for (const [atMs, usd, covered] of [
    [noon, 0.1, 0],
    [noon, 0.2, 0],
    [noon, 7, 1],
    [noon, 1e300, 0],
    [noon - 24 * 3_600_000, 1, 0],
    [8e18, 5, 0],
  ] as const)
    insert.run('r', BigInt(atMs), 'api_key:default', 'api_key', usd, covered);
  for (const { to, sql } of migrations) if (to === 4) connection.exec(sql);
  const totals = connection.prepare('SELECT scope, period, spent_nano FROM spend_totals ORDER BY 1, 2').all();
  expect(totals.filter(({ period }) => String(period).startsWith('2026'))).toEqual([
    { scope: 'day', period: '2026-11-22', spent_nano: 1e9 },
    { scope: 'day', period: '2026-11-23', spent_nano: 3e8 },
    { scope: 'month', period: '2026-11', spent_nano: 1.3e9 },
  ]);
  connection.close();
});
