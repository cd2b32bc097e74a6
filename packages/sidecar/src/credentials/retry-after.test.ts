import { expect, it } from 'vitest';
import { retryAtMs } from './retry-after.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 24, 12);

it.each<[string, Record<string, string>, number | null]>([
  ['nothing', {}, null],
  ['seconds', { 'retry-after': '120' }, 120_000],
  ['no time', { 'retry-after': '0' }, 0],
  ['a day, of which an hour counts', { 'retry-after': '86400' }, 3_600_000],
  ['more than a number holds', { 'retry-after': '9'.repeat(15) }, 3_600_000],
  ['a date', { 'retry-after': 'Tue, 24 Nov 2026 12:01:00 GMT' }, 60_000],
  [
    'a date by a clock that is two hours ahead',
    { 'retry-after': 'Tue, 24 Nov 2026 14:01:00 GMT', date: 'Tue, 24 Nov 2026 14:00:00 GMT' },
    60_000,
  ],
  ['a date that is past', { 'retry-after': 'Mon, 23 Nov 2026 12:00:00 GMT' }, 0],
  ['a negative number', { 'retry-after': '-5' }, null],
  ['a fraction', { 'retry-after': '1.5' }, null],
  ['a word', { 'retry-after': 'soon' }, null],
  ['two values', { 'retry-after': '1, 2' }, null],
])('Retry-After with %s', (_, headers, waitMs) => {
  expect(retryAtMs((name) => headers[name] ?? null, now)).toBe(waitMs === null ? null : now + waitMs);
});

it('waits as long as the caller allows', () => {
  const header = (name: string) => (name === 'retry-after' ? '86400' : null);
  expect(retryAtMs(header, now, 48 * hour)).toBe(now + 24 * hour);
});
