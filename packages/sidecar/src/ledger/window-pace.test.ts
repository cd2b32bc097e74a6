import { describe, expect, it } from 'vitest';
import { windowPace } from './window-pace.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
const resetsAt = '2026-11-23T15:00:00.000Z';
const five = (utilization: number | null) => ({ window: 'five_hour', utilization, resetsAt });

describe('the pace of a plan window', () => {
  it('says when it runs out at the mean pace so far', () => {
    expect(windowPace(five(0.5), at('11:00:00'))).toEqual({
      model: null,
      pace: { elapsed: 0.2, used: 0.5, runsOutAt: '2026-11-23T12:00:00.000Z' },
    });
    expect(windowPace(five(1), at('11:00:00')).pace?.runsOutAt).toBe('2026-11-23T11:00:00.000Z');
  });

  it('says none where it lasts until its reset, or too little is known', () => {
    expect(windowPace(five(0.2), at('11:00:00')).pace).toEqual({ elapsed: 0.2, used: 0.2, runsOutAt: null });
    expect(windowPace(five(0.01), at('10:30:00')).pace?.runsOutAt).toBeNull();
    expect(windowPace(five(0.5), at('10:03:00')).pace?.runsOutAt).toBeNull();
  });

  it('cannot say where the reading has no use, no reset to come, or a length that does not fit', () => {
    expect(windowPace(five(null), at('11:00:00')).pace).toBeNull();
    expect(windowPace({ ...five(0.5), resetsAt: null }, at('11:00:00')).pace).toBeNull();
    expect(windowPace(five(0.5), at('15:00:00')).pace).toBeNull();
    expect(windowPace(five(0.5), at('09:00:00')).pace).toBeNull();
    expect(windowPace({ ...five(0.5), window: 'overage' }, at('11:00:00'))).toEqual({
      model: null,
      pace: null,
    });
  });

  it('knows the model a window is about', () => {
    const weekly = { window: 'seven_day_opus', utilization: 0.5, resetsAt: '2026-11-30T00:00:00.000Z' };
    expect(windowPace(weekly, Date.parse('2026-11-24T00:00:00Z'))).toMatchObject({
      model: 'opus',
      pace: { used: 0.5, runsOutAt: '2026-11-25T00:00:00.000Z' },
    });
    expect(windowPace({ ...weekly, window: 'seven_day_team' }, at('00:00:00')).model).toBeNull();
  });
});
