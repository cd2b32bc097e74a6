import { describe, expect, it } from 'vitest';
import { type Reading, recordAfter, recordAfterReset, type WindowRecord } from './window-record.ts';

const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`);
const common = { credentialId: 'claude_code:default', window: 'five_hour' };
const resetsAt = '2026-11-23T15:00:00.000Z';
const five = (utilization: number | null, more: Partial<Reading> = {}): Reading => ({
  ...common,
  utilization,
  resetsAt,
  status: 'allowed',
  ...more,
});

/** Readings one after the other, each through the database's JSON, and the notices of each. */
function told(...readings: readonly (readonly [time: string, reading: Reading])[]) {
  let record: WindowRecord | null = null;
  return readings.map(([time, reading]) => {
    const after = recordAfter(record, reading, at(time));
    record = JSON.parse(JSON.stringify(after.record)) as WindowRecord;
    return after.notices.map(({ notice }) => notice).join();
  });
}

describe('notices of a plan window', () => {
  it('come once at 80 % and once at 95 %, however the use goes up and down', () => {
    const uses = [0.5, 0.79, 0.8, 0.85, 0.79, 0.81, 0.949, 0.95, 1, 0.94, 0.99];
    const said = told(...uses.map((use, index) => [`11:0${index % 10}:00`, five(use)] as const));
    expect(said).toEqual(['', '', 'at_80', '', '', '', '', 'at_95', '', '', '']);
  });

  it('skip 80 % where the first reading is past 95 %, and take a refusal without a figure for the end', () => {
    expect(told(['11:00:00', five(0.97)], ['11:01:00', five(0.98)])).toEqual(['at_95', '']);
    expect(told(['11:00:00', five(null, { status: 'rejected' })])).toEqual(['at_95']);
    expect(told(['11:00:00', five(null, { status: 'allowed_warning' })])).toEqual(['']);
  });

  it('begin again with the next window, after the notice that the last one has reset', () => {
    const next = { resetsAt: '2026-11-23T20:00:00.000Z' };
    expect(told(['14:00:00', five(0.9)], ['15:01:00', five(0.85, next)])).toEqual(['at_80', 'reset,at_80']);
    expect(told(['14:00:00', five(0.5)], ['15:01:00', five(0.1, next)])).toEqual(['', '']);
  });

  it('take a reset that is named a little differently for the same window', () => {
    const other = { resetsAt: '2026-11-23T15:00:00.913Z' };
    expect(told(['11:00:00', five(0.9)], ['11:01:00', five(0.9, other)])).toEqual(['at_80', '']);
    expect(told(['11:00:00', five(0.9)], ['11:01:00', five(0.9, { resetsAt: null })])).toEqual(['at_80', '']);
  });

  it('come at the reset itself, once, and only for a window that was told of', () => {
    const { record } = recordAfter(null, five(0.9), at('14:00:00'));
    expect(recordAfterReset(record, at('14:59:59'))).toBeNull();
    const after = recordAfterReset(record, at('15:00:00'));
    expect(after?.notices).toEqual([{ ...common, notice: 'reset', utilization: null, resetsAt }]);
    expect(after === null ? null : recordAfterReset(after.record, at('15:00:20'))).toBeNull();
    expect(recordAfterReset(recordAfter(null, five(0.5), at('14:00:00')).record, at('16:00:00'))).toBeNull();
  });

  it('say nothing of a reset that is older than a day', () => {
    const { record } = recordAfter(null, five(0.9), at('14:00:00'));
    expect(recordAfterReset(record, at('15:00:00') + 25 * 3_600_000)?.notices).toEqual([]);
  });
});
