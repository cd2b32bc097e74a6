import { expect, it } from 'vitest';
import { usageReadings } from './usage-report.ts';

type Report = Parameters<typeof usageReadings>[0];
const resets_at = '2026-11-29T15:00:00.500Z';
const resetsAtMs = Date.parse(resets_at);
const read = (limits: unknown) => usageReadings({ rate_limits: limits } as Report);

it('reads every window of the report, each model’s under its own name', () => {
  expect(
    read({
      five_hour: { utilization: 42.5, resets_at },
      seven_day: { utilization: 100, resets_at: null },
      seven_day_opus: { utilization: 0, resets_at },
      model_scoped: [
        { display_name: 'Fable', utilization: 12, resets_at },
        { display_name: 'Opus', utilization: 99, resets_at },
      ],
    }),
  ).toEqual([
    { window: 'five_hour', utilization: 0.425, resetsAtMs },
    { window: 'seven_day', utilization: 1, resetsAtMs: null },
    { window: 'seven_day_opus', utilization: 0, resetsAtMs },
    { window: 'seven_day_fable', utilization: 0.12, resetsAtMs },
  ]);
});

it('leaves out what it cannot read, and keeps the rest', () => {
  expect(
    read({
      five_hour: { utilization: 10, resets_at: 'soon' },
      seven_day: { utilization: null, resets_at },
      seven_day_sonnet: null,
      seven_day_opus: { percent: 3 },
      extra_usage: { is_enabled: true, utilization: 3, resets_at },
      limits: [{ percent: 3 }],
      model_scoped: [{ display_name: '——', utilization: 12, resets_at }, 7],
    }),
  ).toEqual([{ window: 'five_hour', utilization: 0.1, resetsAtMs: null }]);
  expect(read(null)).toBeNull();
  expect(read('none')).toBeNull();
});
