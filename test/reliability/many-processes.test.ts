import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPlace, type Place } from './harness/open-place.ts';
import { type Program, startProgram } from './harness/start-program.ts';
import type { Order } from './harness/use-token.program.ts';

let place: Place;
let programs: Program[];
beforeEach(async () => {
  place = await openPlace();
  programs = [];
  await place.signIn();
});
afterEach(async () => {
  for (const { process } of programs) process.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await place.close();
});

function start(order: Partial<Order> = {}): Program {
  const { dataDir, sandbox } = place;
  const program = startProgram({ dataDir, sandbox, do: 'get', ...order });
  programs.push(program);
  return program;
}

async function sent() {
  const { refresh, familiesEnded, counts } = await place.trouble.requests();
  return {
    refreshes: refresh.requests,
    resent: refresh.resent,
    reuse: familiesEnded['reuse'],
    models: counts['models'] ?? {},
  };
}

describe('F25 sixteen processes with an expired token at once', () => {
  it('make exactly one refresh, and every one of them has a token that is good', async () => {
    await place.expire();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => start().ended));
    expect(outcomes.map((end) => end?.outcome)).toEqual(Array.from({ length: 16 }, () => 'token'));
    expect(new Set(outcomes.map((end) => end?.fingerprint)).size).toBe(1);
    expect(await sent()).toMatchObject({ refreshes: 1, resent: 0, reuse: 0 });
  });
});

describe('F32 a process that is suspended while it refreshes', () => {
  it('keeps the others out: they are told in time, nobody sends a second time, and afterwards all is well', async () => {
    await place.expire();
    await place.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 1_000 });
    const holder = start();
    await holder.reaches('intent_written');
    holder.process.kill('SIGSTOP');
    const others = await Promise.all(Array.from({ length: 3 }, () => start({ lockWaitMs: 2_000 }).ended));
    expect(others.map((end) => end?.outcome)).toEqual(Array.from({ length: 3 }, () => 'refresh_unavailable'));
    holder.process.kill('SIGCONT');
    expect((await holder.ended)?.outcome).toBe('token');
    expect(await start().ended).toMatchObject({ outcome: 'token', version: 2 });
    expect(await sent()).toMatchObject({ refreshes: 1, resent: 0, reuse: 0 });
  });

  it('does not keep the others from a token that is valid', async () => {
    const holder = start({ do: 'refresh', holdAt: 'locked' });
    await holder.reaches('locked');
    holder.process.kill('SIGSTOP');
    expect(await start({ lockWaitMs: 1_000 }).ended).toMatchObject({ outcome: 'token', version: 1 });
    expect(await sent()).toMatchObject({ refreshes: 0 });
  });
});

describe('F33 a process that is killed while it holds the lock', () => {
  it('is followed by the next one in under a second, with one refresh', async () => {
    await place.expire();
    const holder = start({ holdAt: 'locked' });
    await holder.reaches('locked');
    const next = start();
    // It waits for the lock: everybody who came after the holder does.
    const third = start({ lockWaitMs: 1 });
    expect((await third.ended)?.outcome).toBe('refresh_unavailable');
    const killedAt = Date.now();
    holder.process.kill('SIGKILL');
    const lockedAt = await next.reaches('locked');
    expect(lockedAt - killedAt).toBeLessThan(1_000);
    expect(await next.ended).toMatchObject({ outcome: 'token', version: 2 });
    expect(await sent()).toMatchObject({ refreshes: 1, resent: 0, reuse: 0 });
  });

  it('and had sent: its refresh token is sent once more at the end of the access token, and never again', async () => {
    // The server has spent the token, and its answer never comes.
    await place.trouble.post('faults', { on: 'token', kind: 'timeout_after_processing' });
    const answers = async () => (await place.trouble.requests()).counts['token:refresh_token'];
    const holder = start({ do: 'refresh' });
    await expect.poll(answers, { timeout: 20_000 }).toEqual({ timeout: 1 });
    holder.process.kill('SIGKILL');
    await holder.ended;
    // The access token is valid: used, and nothing is sent.
    for (let n = 0; n < 2; n += 1)
      expect(await start().ended).toMatchObject({ outcome: 'token', version: 1 });
    expect(await start({ do: 'refresh' }).ended).toMatchObject({ outcome: 'refresh_uncertain' });
    expect((await sent()).refreshes).toBe(1);
    // The late try finds out, and a person is asked for.
    await place.expire();
    for (let n = 0; n < 2; n += 1)
      expect(await start().ended).toMatchObject({ outcome: 'reauthorization_required' });
    expect((await sent()).refreshes).toBe(2);
    expect(await place.stored()).toMatchObject({ reason: 'interrupted_refresh' });
  });
});
