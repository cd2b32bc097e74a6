import { describe, expect, it } from 'vitest';
import { instant, statedTime } from './clock.ts';

describe('a time that another program states', () => {
  it.each([0, 1_800_000_000_000, 253_402_300_799_999])('is taken where it can be shown: %d', (ms) => {
    expect(statedTime(ms)).toBe(ms);
    expect(instant(ms)).toMatch(/^\d{4}-/);
  });

  it.each([253_402_300_800_000, 8.64e15 + 1, 1e300, Number.POSITIVE_INFINITY, Number.NaN])(
    'is not known where it cannot: %d',
    (ms) => {
      expect(statedTime(ms)).toBeNull();
    },
  );

  it('is long past where it is before all time', () => {
    expect(statedTime(-1e300)).toBe(0);
  });
});
