import { SseError } from '@modelcontextprotocol/sdk/client/sse.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BridgedServer, type BridgeState } from './server-bridge.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** One end of a way, played by the test. */
class End implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly got: JSONRPCMessage[] = [];
  closed = 0;
  refusal: Error | null = null;
  start = async (): Promise<void> => undefined;
  send = async (message: JSONRPCMessage): Promise<void> => {
    if (this.refusal !== null) throw this.refusal;
    this.got.push(message);
  };
  /** As the SDK's HTTP transports do, it tells at once that it is closed. */
  close = async (): Promise<void> => {
    this.closed += 1;
    this.onclose?.();
  };
}

const request = (id: number, method: string): JSONRPCMessage => ({ jsonrpc: '2.0', id, method });
const answer = (id: number): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  result: { protocolVersion: '2025-06-18' },
});
const refused = (id: number) =>
  expect.objectContaining({ id, error: expect.objectContaining({ code: -32_000 }) });

async function bridge(open?: () => Promise<Transport>) {
  const [program, real] = [new End(), new End()];
  const reads = { waiting: 0 };
  const states: BridgeState[] = [];
  const bridged = new BridgedServer('notes', {
    open: open ?? (async () => real),
    onState: (state) => states.push(state),
    patienceMs: 8_000,
    waiting: () => reads.waiting,
  });
  await bridged.connect(program);
  await vi.advanceTimersByTimeAsync(0);
  return { program, real, reads, bridged, states, names: () => states.map(({ status }) => status) };
}

it('passes every message on both ways, as it is', async () => {
  const { program, real, names } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  real.onmessage?.(answer(1));
  program.onmessage?.({ jsonrpc: '2.0', method: 'notifications/initialized' });
  real.onmessage?.({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  real.onmessage?.(request(1, 'roots/list'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(real.got.map((each) => 'method' in each && each.method)).toEqual([
    'initialize',
    'notifications/initialized',
  ]);
  expect(program.got).toEqual([
    answer(1),
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed' },
    request(1, 'roots/list'),
  ]);
  expect(names()).toEqual(['connected']);
});

it('answers for a server that cannot be started, whatever is asked of it', async () => {
  const cause = new Error('ENOENT');
  const { program, states } = await bridge(() => Promise.reject(cause));
  program.onmessage?.(request(1, 'initialize'));
  program.onmessage?.(request(2, 'tools/list'));
  expect(program.got).toEqual([refused(1), refused(2)]);
  expect(states).toEqual([{ status: 'failed', cause, wasConnected: false }]);
});

it('lets the program go on without a slow server, and tells when that one is ready after all', async () => {
  const { program, real, names } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  await vi.advanceTimersByTimeAsync(8_000);
  expect([program.got, real.closed]).toEqual([[refused(1)], 0]);
  real.onmessage?.(answer(1));
  await vi.advanceTimersByTimeAsync(0);
  expect([names(), program.got.length, real.closed]).toEqual([['failed', 'late'], 1, 1]);
});

it('ends a server that is not ready a minute later either', async () => {
  const { program, real, names } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  await vi.advanceTimersByTimeAsync(68_000);
  expect([names(), real.closed]).toEqual([['failed'], 1]);
});

it('answers what is open when a server is lost, and says that it had worked', async () => {
  const { program, real, states } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  real.onmessage?.(answer(1));
  program.onmessage?.(request(2, 'tools/call'));
  real.onclose?.();
  program.onmessage?.(request(3, 'tools/list'));
  expect(program.got).toEqual([answer(1), refused(2), refused(3)]);
  expect(states.at(-1)).toEqual({ status: 'failed', cause: null, wasConnected: true });
});

it('answers a single request that did not arrive, and goes on', async () => {
  const { program, real, names } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  real.onmessage?.(answer(1));
  real.refusal = new Error('status 500');
  program.onmessage?.(request(2, 'tools/call'));
  await vi.advanceTimersByTimeAsync(0);
  expect(program.got.at(-1)).toEqual(refused(2));
  expect(names()).toEqual(['connected']);
});

it('does not wait for a list longer than for the first answer, but for a tool as long as it takes', async () => {
  for (const method of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
    const { program, real, states } = await bridge();
    program.onmessage?.(request(1, 'initialize'));
    real.onmessage?.(answer(1));
    program.onmessage?.(request(2, 'tools/call'));
    program.onmessage?.(request(3, method));
    real.onmessage?.(answer(3));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([program.got.length, states.length]).toEqual([2, 1]);
    program.onmessage?.(request(4, method));
    await vi.advanceTimersByTimeAsync(8_000);
    expect(program.got.slice(2)).toEqual([refused(2), refused(4)]);
    expect([states.at(-1), real.closed]).toEqual([{ status: 'failed', cause: null, wasConnected: true }, 1]);
  }
});

it('gives up a connection that the transport gives up, and no other for an error', async () => {
  const ends = [
    new SseError(undefined, 'terminated', {} as SseError['event']),
    new Error('Maximum reconnection attempts (2) exceeded.'),
  ];
  for (const cause of ends) {
    const { program, real, states } = await bridge();
    program.onmessage?.(request(1, 'initialize'));
    real.onmessage?.(answer(1));
    program.onmessage?.(request(2, 'tools/call'));
    real.onerror?.(new Error('SSE stream disconnected: TypeError: terminated'));
    expect(states).toHaveLength(1);
    real.onerror?.(cause);
    expect(program.got.at(-1)).toEqual(refused(2));
    expect(states.at(-1)).toEqual({ status: 'failed', cause, wasConnected: true });
  }
});

it('ends a server that sends more unasked than the program reads, and none for what others send', async () => {
  const { program, real, reads, states } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  real.onmessage?.(answer(1));
  const mebibyte = { jsonrpc: '2.0', method: 'log', params: { text: 'x'.repeat(1024 * 1024) } } as const;
  // Each is read before the next one comes.
  for (let index = 0; index < 20; index += 1) real.onmessage?.(mebibyte);
  expect(states).toHaveLength(1);
  // Much of others waits: none of it is this server's.
  reads.waiting = 1024 * 1024 * 1024;
  for (let index = 0; index < 8; index += 1) real.onmessage?.(mebibyte);
  expect(states).toHaveLength(1);
  const before = program.got.length;
  for (let index = 0; index < 20; index += 1) real.onmessage?.(mebibyte);
  expect(program.got.length - before).toBeLessThan(3);
  expect(states.at(-1)).toMatchObject({
    status: 'failed',
    cause: { message: 'It sends more than can be read.' },
  });
  expect(real.closed).toBe(1);
});

it('closes once, though closing is told of while it happens', async () => {
  const { program, real, bridged } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  real.onmessage?.(answer(1));
  await bridged.leave();
  program.onclose?.();
  expect(real.closed).toBe(1);
});

it('starts no server for a program that has left meanwhile', async () => {
  const opening = Promise.withResolvers<Transport>();
  const { program } = await bridge(() => opening.promise);
  const real = new End();
  let starts = 0;
  real.start = async () => {
    starts += 1;
  };
  program.onclose?.();
  opening.resolve(real);
  await vi.advanceTimersByTimeAsync(0);
  expect(starts).toBe(0);
});

it.each([
  ['before the server answered', false],
  ['after it did', true],
])('says nothing of a server whose program leaves %s', async (_when, hasAnswered) => {
  const { program, real, names } = await bridge();
  program.onmessage?.(request(1, 'initialize'));
  if (hasAnswered) real.onmessage?.(answer(1));
  program.onclose?.();
  program.onmessage?.(request(2, 'tools/list'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(names()).toEqual(hasAnswered ? ['connected'] : []);
  expect([program.got.at(-1), real.closed]).toEqual([refused(2), 1]);
});
