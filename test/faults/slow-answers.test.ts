/** Everything that has to wait out one of our time limits, all at once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { startProgram } from '../../packages/sidecar/test/support/store/child-program.ts';
import {
  approved,
  asked,
  follow,
  isServed,
  openWorld,
  refreshesSent,
  signIn,
  statusOf,
  type World,
  waitUntil,
} from './harness/open-world.ts';

const hour = 3_600_000;
const holdLock = new URL('../../packages/sidecar/test/support/store/hold-lock.program.ts', import.meta.url);

type Finished = Pick<TestContext, 'onTestFinished'>;

async function world(test: Finished, store: 'memory' | 'passphrase_file' = 'memory'): Promise<World> {
  const made = await openWorld({ store });
  test.onTestFinished(() => made.close());
  return made;
}

describe.concurrent('an answer that does not come', () => {
  it('F14 to a code: given up after 30 s, and never sent again', async (test) => {
    const here = await world(test);
    const redirect = await approved(here.sidecar());
    await here.trouble.post('faults', { on: 'token', kind: 'timeout_after_processing' });
    expect((await follow(redirect)).status).toBe(400);
    expect(await statusOf(here.sidecar())).toMatchObject({
      state: 'signed_out',
      lastError: 'exchange_ambiguous',
    });
    expect((await follow(redirect)).status).toBe(400);
    expect(await asked(here, 'token:authorization_code')).toBe(1);
  });

  it('F24 to a refresh: its token is used to its end, then there is one late try', async (test) => {
    const here = await world(test);
    await signIn(here.sidecar());
    await here.trouble.post('faults', { on: 'token', kind: 'timeout_after_processing' });
    const unanswered = await here.sidecar().call('POST', '/auth/anthropic/refresh');
    expect([unanswered.status, unanswered.body['code']]).toEqual([503, 'refresh_uncertain']);
    expect(await isServed(here)).toBe(true);
    await here.sidecar().setClock(hour + 10_000);
    expect(await isServed(here)).toBe(false);
    expect((await statusOf(here.sidecar())).state).toBe('reauthorization_required');
    expect(await refreshesSent(here)).toEqual([2]);
  });

  it('F32 from a lock whose holder is suspended: what is valid serves, the rest is 503 after 30 s', async (test) => {
    const here = await world(test, 'passphrase_file');
    await signIn(here.sidecar());
    const holder = startProgram(holdLock, [join(here.dataDir, 'lock.db')]);
    test.onTestFinished(() => void holder.process.kill('SIGKILL'));
    while ((await holder.nextLine()) !== 'held');
    holder.process.kill('SIGSTOP');

    expect(await isServed(here)).toBe(true);
    // In its last minutes it still serves, while the renewal behind it waits for the lock.
    await here.sidecar().setClock(hour - 5 * 60_000);
    expect(await isServed(here)).toBe(true);
    const begunAt = performance.now();
    const late = await here.sidecar().call('POST', '/auth/anthropic/refresh');
    expect([late.status, late.body['code']]).toEqual([503, 'refresh_unavailable']);
    expect(performance.now() - begunAt).toBeLessThan(40_000);
    expect(await refreshesSent(here)).toEqual([]);
    holder.process.kill('SIGKILL');
    expect((await here.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
  });

  it('F32 to a process that is suspended for longer than it would wait: it is read all the same', async (test) => {
    const here = await world(test, 'passphrase_file');
    await signIn(here.sidecar());
    await here.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 1_000 });
    const refreshing = here.sidecar().call('POST', '/auth/anthropic/refresh');
    await waitUntil(async () => (await asked(here, 'token:refresh_token')) === 1);
    here.sidecar().send('SIGSTOP');
    await sleep(31_000);
    here.sidecar().send('SIGCONT');
    expect((await refreshing).status).toBe(200);
    expect(await refreshesSent(here)).toEqual([1]);
  });

  it('F35 to a refresh during which somebody signs out: the sign-out goes first, what comes late is revoked', async (test) => {
    const here = await world(test, 'passphrase_file');
    await signIn(here.sidecar());
    await here.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 12_000 });
    const refreshing = here.sidecar().call('POST', '/auth/anthropic/refresh');
    await waitUntil(async () => (await asked(here, 'token:refresh_token')) === 1);
    expect((await here.sidecar().call('POST', '/auth/anthropic/logout')).status).toBe(200);
    expect(await asked(here, 'token:refresh_token')).toBe(1);
    expect((await statusOf(here.sidecar())).state).toBe('signed_out');
    expect((await refreshing).status).toBe(409);
    await waitUntil(async () => ((await here.trouble.requests()).familiesEnded['revocation'] ?? 0) > 0);
    await here.sidecar().stop('SIGKILL');
    await here.restart();
    expect((await statusOf(here.sidecar())).state).toBe('signed_out');
  });

  it('F36 to a revocation: signed out all the same, after 5 s', async (test) => {
    const here = await world(test);
    await signIn(here.sidecar());
    await here.trouble.post('faults', { on: 'revoke', kind: 'timeout' });
    const { status, body } = await here.sidecar().call('POST', '/auth/anthropic/logout');
    expect([status, body]).toEqual([200, { state: 'signed_out', revocation: 'pending' }]);
  });
});
