import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agentLimits } from './child/index.ts';
import { QueryRegistry, queryActions } from './query-registry.ts';
import type { QueryRun } from './turn/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const minuteMs = 60_000;

function open() {
  const registry = new QueryRegistry(agentLimits);
  const run = {
    plan: { queryId: 'q' },
    isWaiting: false,
    cancel: vi.fn(),
    letPay: vi.fn(async (_id: string | null) => false),
    run: () => new Promise<void>(() => undefined),
    events: {
      ended: false,
      async *after(_id: number, signal: AbortSignal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield* [];
      },
    },
  };
  registry.open(run as unknown as QueryRun, 'Hello', null);
  /** Listens, until what is returned is called. */
  const listen = () => {
    const gone = new AbortController();
    const next = registry.events('q', 0, gone.signal)[Symbol.asyncIterator]().next();
    return async () => {
      gone.abort();
      await next;
    };
  };
  return { registry, run, listen };
}

describe('a query that nobody listens to', () => {
  it('is cancelled after a minute', () => {
    const { run } = open();
    vi.advanceTimersByTime(minuteMs);
    expect(run.cancel).toHaveBeenCalledOnce();
  });

  it('goes on after a reset that it waited for meanwhile, whenever that comes', () => {
    const { registry, run } = open();
    run.isWaiting = true;
    registry.noteWait('q');
    vi.advanceTimersByTime(90 * minuteMs);
    run.isWaiting = false;
    vi.advanceTimersByTime(90 * minuteMs);
    expect(run.cancel).not.toHaveBeenCalled();
  });

  it('goes on after a reset that comes just after the window was closed', async () => {
    const { run, listen } = open();
    const leave = listen();
    run.isWaiting = true;
    vi.advanceTimersByTime(5 * minuteMs);
    await leave();
    run.isWaiting = false;
    vi.advanceTimersByTime(5 * minuteMs);
    expect(run.cancel).not.toHaveBeenCalled();
  });

  it('goes on after a wait that was over before it was looked at', () => {
    const { registry, run } = open();
    vi.advanceTimersByTime(minuteMs / 3);
    registry.noteWait('q');
    vi.advanceTimersByTime(5 * minuteMs);
    expect(run.cancel).not.toHaveBeenCalled();
  });

  it('is cancelled where it was listened to after its wait, and left again', async () => {
    const { registry, run, listen } = open();
    registry.noteWait('q');
    vi.advanceTimersByTime(5 * minuteMs);
    await listen()();
    vi.advanceTimersByTime(minuteMs);
    expect(run.cancel).toHaveBeenCalledOnce();
  });

  it('is cancelled where it waited while somebody listened, and goes on', async () => {
    const { run, listen } = open();
    const leave = listen();
    run.isWaiting = true;
    vi.advanceTimersByTime(5 * minuteMs);
    run.isWaiting = false;
    await leave();
    vi.advanceTimersByTime(minuteMs);
    expect(run.cancel).toHaveBeenCalledOnce();
  });
});

describe('what is to pay instead of waiting', () => {
  it('is told where it cannot, or where nothing waits', async () => {
    const { registry, run } = open();
    const code = 'credential_cannot_pay';
    const detail = 'This query does not wait for a reset.';
    await expect(registry.letPay('q', null)).rejects.toMatchObject({ code, detail });
    run.isWaiting = true;
    await expect(registry.letPay('q', null)).rejects.toMatchObject({ code });
    run.letPay.mockResolvedValue(true);
    await registry.letPay('q', 'api_key:default');
    await expect(registry.letPay('other', null)).rejects.toMatchObject({ code: 'query_not_found' });
  });

  it('is told where the query was stopped while it waited', async () => {
    const { registry, run } = open();
    run.letPay.mockResolvedValue(true);
    run.isWaiting = true;
    run.events.ended = true;
    const detail = 'This query does not wait for a reset.';
    await expect(registry.letPay('q', null)).rejects.toMatchObject({ detail });
    expect(run.letPay).not.toHaveBeenCalled();
  });

  it('is not looked at for a query that does not wait', async () => {
    const { registry } = open();
    const { letPay } = queryActions(registry, () => Promise.reject(new Error('credential_not_found')));
    const detail = 'This query does not wait for a reset.';
    await expect(letPay('q', 'api_key:none')).rejects.toMatchObject({ detail });
    await expect(letPay('other', 'api_key:none')).rejects.toMatchObject({ code: 'query_not_found' });
  });

  it('is one of the credentials that there are', async () => {
    const { registry, run } = open();
    run.isWaiting = true;
    const unknown = new Error('credential_not_found');
    const { letPay } = queryActions(registry, async () => {
      throw unknown;
    });
    await expect(letPay('q', 'api_key:none')).rejects.toBe(unknown);
    expect(run.letPay).not.toHaveBeenCalled();
  });
});

it('holds no more than the newest of the queries that have ended, not even by their timers', async () => {
  const registry = new QueryRegistry(agentLimits);
  for (let at = 0; at < agentLimits.maxEnded + 10; at += 1) {
    const run = { plan: { queryId: `q${at}` }, events: { ended: true }, run: async () => undefined };
    registry.open(run as unknown as QueryRun, 'Hello', null);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(vi.getTimerCount()).toBe(agentLimits.maxEnded);
});
