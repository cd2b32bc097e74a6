import { describe, expect, it } from 'vitest';
import { QuerySlots } from './query-slots.ts';

/** Enters and waits; what it is told, in order. */
function enter(slots: QuerySlots) {
  const slot = slots.enter();
  const leaving = new AbortController();
  const places: number[] = [];
  const news: { mayRun: boolean | null } = { mayRun: null };
  const waiting = slot.wait(leaving.signal, (place) => places.push(place));
  void waiting.then((mayRun) => {
    news.mayRun = mayRun;
  });
  return { slot, places, news, waiting, cancel: () => leaving.abort() };
}

describe('slots of queries', () => {
  it('let as many run as they are, and the others in their order, each told its place', async () => {
    const slots = new QuerySlots(2, 10);
    const all = [1, 2, 3, 4, 5].map(() => enter(slots));
    await Promise.all([all[0]?.waiting, all[1]?.waiting]);
    expect(all.map(({ slot }) => slot.waits)).toEqual([false, false, true, true, true]);
    expect(all.map(({ places }) => places)).toEqual([[], [], [1], [2], [3]]);
    all[1]?.slot.leave();
    expect(await all[2]?.waiting).toBe(true);
    expect(all.map(({ news }) => news.mayRun)).toEqual([true, true, true, null, null]);
    all[0]?.slot.leave();
    all[2]?.slot.leave();
    await Promise.all(all.map(({ waiting }) => waiting));
    expect(all.map(({ places }) => places)).toEqual([[], [], [1, 0], [2, 1, 0], [3, 2, 1, 0]]);
  });

  it('go to another while one waits for a reset, which goes on beside it', async () => {
    const slots = new QuerySlots(1, 10);
    const waits = enter(slots);
    await waits.waiting;
    const second = enter(slots);
    waits.slot.setAside(true);
    expect(await second.waiting).toBe(true);
    // Programs wait as well: no more of them than may run.
    second.slot.setAside(true);
    const third = enter(slots);
    expect(third.places).toEqual([1]);
    waits.slot.setAside(false);
    waits.slot.leave();
    expect(third.news.mayRun).toBe(null);
    second.slot.leave();
    expect(await third.waiting).toBe(true);
    third.slot.setAside(true);
    third.slot.leave();
    expect(enter(slots).slot.waits).toBe(false);
  });

  it('let nobody pass who came later, however the first ones leave', async () => {
    const slots = new QuerySlots(1, 10);
    const [running, first, second] = [enter(slots), enter(slots), enter(slots)];
    first.cancel();
    expect(await first.waiting).toBe(false);
    expect(second.places).toEqual([2, 1]);
    running.slot.leave();
    expect(await second.waiting).toBe(true);
    expect(enter(slots).slot.waits).toBe(true);
  });

  it('are not lost by who leaves twice, or before it waits', async () => {
    const slots = new QuerySlots(1, 10);
    const running = slots.enter();
    const failed = slots.enter();
    failed.leave();
    running.leave();
    running.leave();
    const next = slots.enter();
    expect(next.waits).toBe(false);
    expect(slots.enter().waits).toBe(true);
    expect(await failed.wait(AbortSignal.timeout(1000), () => undefined)).toBe(false);
    expect(await next.wait(AbortSignal.abort(), () => undefined)).toBe(false);
  });

  it('move one up that has not begun to wait', async () => {
    const slots = new QuerySlots(1, 10);
    const running = slots.enter();
    const next = slots.enter();
    running.leave();
    expect(await next.wait(new AbortController().signal, () => undefined)).toBe(true);
  });

  it('refuse one more than may wait, which may come again', () => {
    const slots = new QuerySlots(1, 2);
    const running = slots.enter();
    slots.enter();
    slots.enter();
    expect(() => slots.enter()).toThrow(expect.objectContaining({ code: 'too_many_queries' }));
    running.leave();
    expect(slots.enter().waits).toBe(true);
  });
});
