import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch() {
  const told: unknown[] = [];
  const silence = new SilenceWatch(
    { noticeMs: 40_000, limitMs: 180_000 },
    (...notice) => told.push(notice),
    () => told.push('limit'),
  );
  silence.begin();
  return { silence, told };
}

it('tells silence after 40 seconds, again each minute, and ends at its limit', () => {
  const { told } = watch();
  vi.advanceTimersByTime(39_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(200_000);
  expect(told).toEqual([[40, 180], [100, 180], [160, 180], 'limit']);
});

it('begins anew with everything that comes, and says nothing after the end', () => {
  const { silence, told } = watch();
  vi.advanceTimersByTime(39_000);
  silence.heard();
  vi.advanceTimersByTime(39_000);
  silence.end();
  silence.heard();
  vi.advanceTimersByTime(400_000);
  expect(told).toEqual([]);
});

it('does not count the time in which a tool runs or a question waits', () => {
  const { silence, told } = watch();
  const tool = { toolUseId: 't', name: 'Bash', input: {} };
  silence.note({ event: 'tool_use', data: tool });
  vi.advanceTimersByTime(400_000);
  silence.heard();
  vi.advanceTimersByTime(400_000);
  expect(told).toEqual([]);
  silence.note({ event: 'tool_result', data: { toolUseId: 't', content: '', isError: false } });
  vi.advanceTimersByTime(40_000);
  expect(told).toEqual([[40, 180]]);
});

it('does not count the time in which the turn waits for a command in the background', () => {
  const { silence, told } = watch();
  silence.pause(true);
  vi.advanceTimersByTime(400_000);
  silence.heard();
  vi.advanceTimersByTime(400_000);
  expect(told).toEqual([]);
  silence.pause(false);
  vi.advanceTimersByTime(40_000);
  expect(told).toEqual([[40, 180]]);
});

it('does not count the time in which the query is held until a plan resets', () => {
  const { silence, told } = watch();
  silence.note({ event: 'waiting', data: { until: '2026-11-30T12:00:00Z', window: 'five_hour' } });
  vi.advanceTimersByTime(400_000);
  silence.heard();
  vi.advanceTimersByTime(400_000);
  expect(told).toEqual([]);
  silence.note({ event: 'resumed', data: {} });
  vi.advanceTimersByTime(40_000);
  expect(told).toEqual([[40, 180]]);
});
