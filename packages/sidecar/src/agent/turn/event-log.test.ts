import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';

const text = (words: string): QueryEvent => ({ event: 'assistant_text', data: { text: words } });
const failed: QueryEvent = { event: 'error', data: { code: 'x', title: 'x', detail: 'x', retryable: false } };

async function hear(
  log: EventLog,
  afterId: number,
  signal = new AbortController().signal,
): Promise<string[]> {
  const heard: string[] = [];
  for await (const { id, event } of log.after(afterId, signal)) {
    const words = event.event === 'events_skipped' ? `${event.data.count} skipped` : event.event;
    heard.push(`${id} ${event.event === 'assistant_text' ? event.data.text : words}`);
  }
  return heard;
}

describe('the events of a query', () => {
  it('reach everybody who listens, whenever they came', async () => {
    const log = new EventLog(1_000_000);
    const early = hear(log, 0);
    log.add(text('a'));
    await Promise.resolve();
    const late = hear(log, 1);
    log.add(text('b'));
    log.add(failed);

    expect(await early).toEqual(['1 a', '2 b', '3 error']);
    expect(await late).toEqual(['2 b', '3 error']);
    expect(await hear(log, 0)).toEqual(['1 a', '2 b', '3 error']);
    expect(await hear(log, 99)).toEqual([]);
  });

  it('end with the first that ends them', async () => {
    const log = new EventLog(1_000_000);
    log.add(failed);
    log.add(text('late'));

    expect(await hear(log, 0)).toEqual(['1 error']);
    expect(log.ended).toBe(true);
  });

  it('leave a listener who goes away', async () => {
    const log = new EventLog(1_000_000);
    const leaving = new AbortController();
    const heard = hear(log, 0, leaving.signal);
    log.add(text('a'));
    await new Promise(setImmediate);
    leaving.abort();

    expect(await heard).toEqual(['1 a']);
  });

  it('say from the first which mode holds, where what changed it was forgotten', async () => {
    const log = new EventLog(1_000);
    const credential = { id: 'oauth:default', kind: 'oauth', payer: 'plan' } as const;
    const data = { queryId: 'q1', conversationId: 'c1', credential, permissionMode: 'plan' } as const;
    log.add({ event: 'started', data });
    log.add({ event: 'permission_mode_changed', data: { from: 'plan', to: 'ask', reason: 'plan_approved' } });
    log.add(text('x'.repeat(2_000)));
    log.add(failed);
    const events: QueryEvent[] = [];
    for await (const { event } of log.after(0, new AbortController().signal)) events.push(event);
    expect(events[0]).toEqual({ event: 'started', data: { ...data, permissionMode: 'ask' } });
  });

  it('stay within their bounds, the first and the newest kept', async () => {
    const log = new EventLog(90);
    for (const words of ['one', 'two', 'three', 'four']) log.add(text(words));
    log.add(failed);

    const heard = await hear(log, 0);
    expect(heard).toEqual(['1 one', '3 2 skipped', '4 four', '5 error']);
    expect(await hear(log, 1)).toEqual(heard.slice(1));
    expect(await hear(log, 2)).toEqual(['3 1 skipped', '4 four', '5 error']);
    expect(await hear(log, 3)).toEqual(['4 four', '5 error']);
  });
});
