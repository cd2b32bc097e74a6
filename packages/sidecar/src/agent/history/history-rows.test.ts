import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  openHistoryHouse,
  sessionId,
  sessionLine,
  settled,
} from '../../../test/support/agent/session-files.ts';
import { eventually } from '../../../test/support/http/eventually.ts';
import { openHistory } from '../../composition/open-history.ts';
import { HistoryRows } from './history-rows.ts';

function openRows(): HistoryRows {
  const folder = mkdtempSync(join(tmpdir(), 'postern-rows-'));
  const database = openHistory(folder, (line) => expect.unreachable(line));
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return new HistoryRows(database);
}

/** Parts of the index that a search looks through one by one. */
function partsOf({ database }: HistoryRows): number {
  return Number(database.all('SELECT count(DISTINCT segid) AS parts FROM said_idx')[0]?.['parts']);
}

/** Other words in each: about 30 kB of the index for a row. */
const wordsOf = (row: number): string =>
  Array.from({ length: 4_000 }, (_, at) => `w${(row * 4_000 + at).toString(36)}`).join(' ');

it('merges what was written in pieces, never in a write, and loses nothing of it', () => {
  const rows = openRows();
  const written = 40;
  for (let row = 0; row < written; row += 1)
    rows.database.transaction(() => rows.addSaid(row, [`harbour ${wordsOf(row)}`]));
  expect(partsOf(rows)).toBe(written);

  let pieces = 0;
  while (rows.mergeSome()) pieces += 1;
  expect(pieces).toBeGreaterThan(10);
  expect(partsOf(rows)).toBeLessThan(8);
  expect(rows.mergeSome()).toBe(false);
  const found = rows.database.all(`SELECT rowid AS number FROM said WHERE said MATCH 'harbour'`);
  expect(found).toHaveLength(written);
});

it('leaves few parts to search through after a look at many conversations', async () => {
  const house = openHistoryHouse();
  const count = 40;
  for (let number = 0; number < count; number += 1)
    house.write(sessionId(number), [sessionLine.user(`harbour ${number}`)]);
  const history = house.open();
  await settled(history);
  const page = await history.list({ limit: count, before: null, search: 'harbour' });
  expect(page.items).toHaveLength(count);
  await history.close();
  const database = openHistory(house.dataDir, (line) => expect.unreachable(line));
  expect(partsOf(new HistoryRows(database))).toBeLessThan(8);
  database.close();
});

it('leaves few parts after many turns as well', async () => {
  const house = openHistoryHouse();
  const history = house.open();
  await settled(history);
  const database = openHistory(house.dataDir, (line) => expect.unreachable(line));
  onTestFinished(() => database.close());
  const rows = new HistoryRows(database);
  for (let number = 0; number < 12; number += 1) {
    const id = sessionId(number);
    house.write(id, [sessionLine.user(`harbour ${number}`)]);
    await history.items(id, { limit: 1, before: null });
  }
  expect(partsOf(rows)).toBe(12);
  history.noteEnd(sessionId(0), true);
  await eventually(() => partsOf(rows)).toBeLessThan(8);
  expect(house.logs).toEqual([]);
});
