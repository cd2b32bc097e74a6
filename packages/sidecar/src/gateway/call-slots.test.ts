import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { CallSlots, mostAtOnce, mostWaiting } from './call-slots.ts';

const held = new AbortController().signal;

describe('the calls of a query', () => {
  it('are bounded at once; those that wait go in their order, and those that are given up do not', async () => {
    const slots = new CallSlots();
    for (let at = 0; at < mostAtOnce; at += 1) expect(await slots.enter('q', held)).toBe('entered');
    const givenUp = new AbortController();
    const order: string[] = [];
    const first = slots.enter('q', givenUp.signal).then((how) => order.push(`first ${how}`));
    const second = slots.enter('q', held).then((how) => order.push(`second ${how}`));
    const third = slots.enter('q', held).then((how) => order.push(`third ${how}`));
    expect(await slots.enter('another', held)).toBe('entered');
    givenUp.abort();
    await first;
    slots.leave('q');
    await second;
    slots.leave('q');
    await third;
    expect(order).toEqual(['first aborted', 'second entered', 'third entered']);
  });

  it('wait in a line that ends somewhere, and one that has ended leaves nothing behind', async () => {
    const slots = new CallSlots();
    const calls = Array.from({ length: mostAtOnce + mostWaiting }, () => slots.enter('q', held));
    expect(await slots.enter('q', held)).toBe('full');
    for (const call of calls) {
      expect(await call).toBe('entered');
      slots.leave('q');
    }
    for (let at = 0; at < mostAtOnce; at += 1) expect(await slots.enter('q', held)).toBe('entered');
  });

  it('reach the service no faster than so many at once, and all of them do', async () => {
    const open: ServerResponse[] = [];
    const respond: Respond = (_seen, response) => void open.push(response);
    const house = await openHouse({ respond });
    const query = house.bind();
    const answers = Array.from({ length: mostAtOnce + 3 }, () => query.post());
    await vi.waitFor(() => expect(open).toHaveLength(mostAtOnce), { timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(open).toHaveLength(mostAtOnce);
    for (let at = 0; at < answers.length; at += 1) {
      const response = await vi.waitFor(() => open[at] ?? Promise.reject(new Error('none')));
      sendStream(response);
    }
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
  });
});
