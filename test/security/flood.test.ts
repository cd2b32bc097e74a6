import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { approveOverHttp } from '@postern/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { residentBytes } from '../end-to-end/harness/processes.ts';
import { acceptKey, sandboxApiKey } from '../end-to-end/harness/sandbox-api-key.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { portOf, rawRequest } from './harness/raw-request.ts';

let postern: Postern;
beforeAll(async () => {
  postern = await startPostern();
});
afterAll(() => postern.stop());

const idleConnects = 10_000;
const atOnce = 250;

/** Opens connections that say nothing; each round waits until the last of it is in, so that they come as fast as they are taken. */
class Flood {
  readonly #port: number;
  readonly #open = new Set<Socket>();

  constructor(port: number) {
    this.#port = port;
  }

  get open(): number {
    return this.#open.size;
  }

  async round(count: number): Promise<void> {
    const sockets = Array.from({ length: count }, () => {
      const socket = connect(this.#port, '127.0.0.1').on('error', () => undefined);
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
      return socket;
    });
    const last = sockets.at(-1);
    if (last?.connecting) await Promise.race([once(last, 'connect'), once(last, 'close')]);
  }

  end(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

test('F48 a person signs in, each step within a second, while 10,000 connects, wrong tokens and streams pour in; memory stays bounded', async () => {
  const port = portOf(postern.ready.url);
  const before = residentBytes(postern.ready.pid);
  const streams = await Promise.all(
    Array.from({ length: 200 }, () =>
      fetch(`${postern.ready.url}/events`, { headers: { authorization: `Bearer ${postern.token}` } }),
    ),
  );
  const refusedStreams = streams.filter(({ status }) => status === 429);
  expect(refusedStreams.length).toBeGreaterThanOrEqual(100);

  const flood = new Flood(port);
  let wrongTokens = 0;
  let mostMemory = 0;
  const statuses = new Set<number>();
  const pour = async (): Promise<void> => {
    for (let count = 0; count < idleConnects; count += atOnce) {
      await flood.round(atOnce);
      const answers = await Promise.all(
        Array.from({ length: 40 }, () =>
          rawRequest(port, 'GET /settings HTTP/1.1', [`Authorization: Bearer wrong-${count}`]),
        ),
      );
      wrongTokens += answers.length;
      for (const { status } of answers) statuses.add(status);
      mostMemory = Math.max(mostMemory, residentBytes(postern.ready.pid));
    }
  };
  const steps: Record<string, number> = {};
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    steps[step] = Math.max(steps[step] ?? 0, performance.now() - startedAt);
    return result;
  };
  let signedIn = 0;
  const signInAgainAndAgain = async (isOver: () => boolean): Promise<void> => {
    do {
      const { authorizationUrl } = await timed('start', () => postern.client.auth.start());
      const redirect = await approveOverHttp(authorizationUrl);
      const page = await timed('callback', async () => (await fetch(redirect)).text());
      expect(page).toContain('You are signed in.');
      expect((await timed('status', () => postern.client.auth.status())).state).toBe('signed_in');
      await timed('refresh', () => postern.client.auth.refresh());
      await timed('sign-out', () => postern.client.auth.signOut());
      signedIn += 1;
    } while (!isOver());
  };
  let poured = false;
  await Promise.all([
    pour().finally(() => {
      poured = true;
    }),
    signInAgainAndAgain(() => poured),
  ]);

  expect(signedIn).toBeGreaterThan(0);
  expect(wrongTokens).toBe(1_600);
  // 0: the connection was pushed out before it was answered.
  expect([...statuses].filter((status) => ![0, 401, 429].includes(status))).toEqual([]);
  for (const [step, ms] of Object.entries(steps)) expect([step, ms < 1_000]).toEqual([step, true]);
  expect(flood.open).toBeLessThan(1_000);
  expect(mostMemory - before).toBeLessThan(300 * 1024 * 1024);
  flood.end();
  await Promise.all(streams.map((answer) => answer.body?.cancel()));
});

test('F48 a query runs on while 2,500 connections to the gateway say nothing', async () => {
  await acceptKey(postern.ready.sandboxUrl ?? '');
  await postern.client.updateSettings({ apiKey: sandboxApiKey });
  const flood = new Flood(portOf(postern.ready.gatewayUrl));
  for (let count = 0; count < 2_500; count += atOnce) await flood.round(atOnce);
  const events: string[] = [];
  const { workspace } = postern.household;
  for await (const { event } of postern.client.runQuery({ prompt: 'Hello', workspace })) events.push(event);
  expect(events.at(-1)).toBe('result');
  expect(flood.open).toBeLessThan(1_000);
  flood.end();
});
