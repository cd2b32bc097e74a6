import { expect, it, vi } from 'vitest';
import type { AcpClient } from './acp-agent.ts';
import { collectsAtRest } from './at-rest.ts';

it('collects after a start, a request and an answer, and never during one', async () => {
  const settle = vi.fn();
  let isBusy = (): boolean => true;
  const settled = collectsAtRest((busy) => {
    isBusy = busy;
    return { settle, workEnded: () => undefined, close: () => undefined };
  });
  expect(settle).toHaveBeenCalledTimes(1);
  const events = [{ event: 'started' }, { event: 'result' }];
  const client = settled({
    runQuery: async function* () {
      yield* events;
    },
  } as unknown as AcpClient);
  expect(settle).toHaveBeenCalledTimes(2);
  expect(isBusy()).toBe(false);
  const seen: unknown[] = [];
  for await (const event of client.runQuery({ prompt: 'Hello' })) {
    expect(isBusy()).toBe(true);
    seen.push(event);
  }
  expect(seen).toEqual(events);
  expect(isBusy()).toBe(false);
  expect(settle).toHaveBeenCalledTimes(3);
  for await (const _left of client.runQuery({ prompt: 'Hello' })) break;
  expect(isBusy()).toBe(false);
});
