import type { Page, TimelineEntry, Usage } from '@postern/contract';
import { expect, it } from 'vitest';
import { type LedgerAction, type LedgerState, noLedger, reduceLedger } from './ledger-state.ts';

const page = (next: string | null, ...minutes: readonly number[]): Page<TimelineEntry> => ({
  items: minutes.map((minute) => ({
    ...{ id: `e${minute}`, at: `2026-11-24T12:${minute}:00.000Z` },
    ...{ type: 'signed_in', kind: null, code: null, text: '' },
  })),
  next,
});
const usage: Usage = {
  ...{ windows: [], today: [], month: [], byDay: [], caps: [] },
  ...{ countedTodayUsd: 0, capUsdPerDay: null, reservedUsd: 0 },
};
const nothing = { items: [], next: null };
const read = (timeline: Page<TimelineEntry>): LedgerAction => ({
  ...{ type: 'ledger_loaded', usage, receipts: nothing, timeline, atMs: 0 },
});
const older = (before: string, timeline: Page<TimelineEntry>): LedgerAction => ({
  ...{ type: 'ledger_timeline', before, page: timeline },
});
const ids = ({ timeline }: LedgerState) => timeline.items.map(({ id }) => id).join(' ');

it('shows an older page once, however often it was asked for', () => {
  const actions = [read(page('p1', 39, 38)), older('p1', page('p2', 37)), older('p1', page('p2', 37))];
  const ledger = actions.reduce(reduceLedger, noLedger);
  expect([ids(ledger), ledger.timeline.next]).toEqual(['e39 e38 e37', 'p2']);
});

it('keeps what is loaded when it is read again', () => {
  const actions = [read(page('p1', 39, 38)), older('p1', page('p2', 37)), read(page('p3', 40, 39))];
  const ledger = actions.reduce(reduceLedger, noLedger);
  expect([ids(ledger), ledger.timeline.next]).toEqual(['e40 e39 e38 e37', 'p2']);
});
