import { describe, expect, it } from 'vitest';
import { windowPace } from './window-pace.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
const resetsAt = '2026-11-23T15:00:00.000Z';
const five = (utilization: number | null) => ({ window: 'five_hour', utilization, resetsAt });

it.each(['opus', 'sonnet', 'haiku', 'fable', 'mythos'])('a window that names %s is about it', (model) => {
  expect(windowPace({ ...five(0.5), window: `seven_day_${model}` }, at('11:00:00')).model).toBe(model);
});

describe('the pace of a plan window', () => {
  it('says when it runs out at the mean pace so far', () => {
    expect(windowPace(five(0.5), at('11:00:00'))).toMatchObject({
      model: null,
      pace: { elapsed: 0.2, used: 0.5, runsOutAt: '2026-11-23T12:00:00.000Z', outlook: 'runs_out' },
    });
    expect(windowPace(five(1), at('11:00:00')).pace?.runsOutAt).toBe('2026-11-23T11:00:00.000Z');
  });

  it('says none where it lasts until its reset, or too little is known', () => {
    const nothing = { runsOutAt: null, runsOutBetween: null };
    expect(windowPace(five(0.15), at('11:00:00')).pace).toMatchObject({ ...nothing, outlook: 'lasts' });
    expect(windowPace(five(0.01), at('10:30:00')).pace).toMatchObject({ ...nothing, outlook: 'unknown' });
    expect(windowPace(five(0.5), at('10:03:00')).pace).toMatchObject({ ...nothing, outlook: 'unknown' });
  });

  it('says between which times, by the error of the reading and by how the pace has changed lately', () => {
    const alone = windowPace(five(0.5), at('11:00:00')).pace?.runsOutBetween;
    expect(alone).toEqual({ from: '2026-11-23T11:59:24.356Z', to: '2026-11-23T12:00:36.364Z' });
    const faster = windowPace(five(0.5), at('11:00:00'), [{ atMs: at('10:45:00'), used: 0.25 }]).pace;
    expect(faster?.runsOutBetween).toEqual({
      from: '2026-11-23T11:28:50.769Z',
      to: '2026-11-23T12:00:36.364Z',
    });
    const idle = windowPace(five(0.5), at('11:00:00'), [{ atMs: at('10:45:00'), used: 0.5 }]).pace;
    expect(idle).toMatchObject({ outlook: 'may_run_out', runsOutBetween: { to: null } });
    const used = windowPace(five(1), at('11:00:00')).pace;
    expect(used?.runsOutBetween).toEqual({
      from: '2026-11-23T11:00:00.000Z',
      to: '2026-11-23T11:00:00.000Z',
    });
    expect(windowPace(five(0.2), at('11:00:00')).pace?.outlook).toBe('may_run_out');
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
