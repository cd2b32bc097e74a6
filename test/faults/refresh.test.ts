import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  asked,
  askedWithCredential,
  freshSignIn,
  isServed,
  openWorld,
  refreshesSent,
  statusOf,
  type World,
} from './harness/open-world.ts';
import type { Answer } from './harness/start-sidecar.ts';

const hour = 3_600_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => freshSignIn(world));
afterAll(() => world.close());

const scripted = (fault: Readonly<Record<string, unknown>>, times = 1) =>
  world.trouble.post('faults', { on: 'token', grant: 'refresh_token', times, ...fault });
const refresh = (): Promise<Answer> => world.sidecar().call('POST', '/auth/anthropic/refresh');
const codeOf = async (answer: Promise<Answer>): Promise<unknown> => {
  const { status, body } = await answer;
  return [status, body['code'] ?? body['state']];
};
const reasonOfSignIn = async (): Promise<unknown> => {
  const { body } = await world.sidecar().call('GET', '/credentials');
  const items = body['items'] as readonly { readonly kind: string; readonly reason: string | null }[];
  return items.find(({ kind }) => kind === 'oauth')?.reason;
};

describe('a refresh whose answer is lost or unusable', () => {
  it.each([
    // Spent: the stand-in really rotated the token before its answer came to grief.
    ['F24', { kind: 'reset_after_processing' }, 'spent'],
    ['F24', { kind: 'cut_off' }, 'spent'],
    ['F15', { kind: 'no_access_token' }, 'spent'],
    ['F15', { kind: 'empty_token' }, 'spent'],
    ['F16', { kind: 'wrong_token_type', value: null }, 'spent'],
    ['F16', { kind: 'wrong_token_type', value: 'DPoP' }, 'spent'],
    ['F17', { kind: 'bad_expires_in', value: 'abc' }, 'spent'],
    ['F17', { kind: 'bad_expires_in', value: -1 }, 'spent'],
    ['F24', { kind: 'reset' }, 'not spent'],
    ['F24', { kind: 'status', status: 502 }, 'not spent'],
    ['F24', { kind: 'status', status: 504 }, 'not spent'],
    ['F15', { kind: 'not_json' }, 'not spent'],
    ['F15', { kind: 'html' }, 'not spent'],
    ['F15', { kind: 'array' }, 'not spent'],
    ['F15', { kind: 'error_in_200' }, 'not spent'],
    ['F15', { kind: 'oversize' }, 'not spent'],
  ])('%s %j (%s): its token serves to its end, then there is one late try', async (_number, fault, kept) => {
    await scripted(fault);
    expect(await codeOf(refresh())).toEqual([503, 'refresh_uncertain']);
    expect(await codeOf(refresh())).toEqual([503, 'refresh_uncertain']);
    expect((await statusOf(world.sidecar())).state).toBe('refresh_failing');
    expect(await isServed(world)).toBe(true);
    expect(await refreshesSent(world)).toEqual([1]);

    await world.sidecar().setClock(hour + 1_000);
    const late = kept === 'spent' ? [409, 'reauthorization_required'] : [200, 'signed_in'];
    expect(await codeOf(refresh())).toEqual(late);
    expect(await refreshesSent(world)).toEqual([2]);
    if (kept === 'spent') {
      expect(await reasonOfSignIn()).toBe('interrupted_refresh');
      expect(await codeOf(refresh())).toEqual([409, 'reauthorization_required']);
      expect(await refreshesSent(world)).toEqual([2]);
    }
  });

  it('F24 a late try that is lost as well is the last one', async () => {
    await scripted({ kind: 'reset' }, 2);
    expect(await codeOf(refresh())).toEqual([503, 'refresh_uncertain']);
    await world.sidecar().setClock(hour + 1_000);
    expect(await codeOf(refresh())).toEqual([409, 'reauthorization_required']);
    expect(await codeOf(refresh())).toEqual([409, 'reauthorization_required']);
    expect(await refreshesSent(world)).toEqual([2]);
  });
});

describe('a refresh that the server does not take', () => {
  it.each([
    ['F20', { kind: 'status', status: 500 }],
    ['F20', { kind: 'status', status: 503 }],
    ['F20', { kind: 'status', status: 429, retryAfterSeconds: 30 }],
    ['F20', { kind: 'html', status: 403 }],
    ['F18', { kind: 'redirect', status: 301 }],
    ['F18', { kind: 'redirect', status: 302 }],
    ['F18', { kind: 'redirect', status: 307 }],
    ['F18', { kind: 'redirect', status: 308 }],
  ])('%s %j keeps the tokens, and is tried once per step of the back-off', async (_number, fault) => {
    await scripted(fault, 2);
    const first = await refresh();
    expect([first.status, first.body['code']]).toEqual([503, 'refresh_unavailable']);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await isServed(world)).toBe(true);
    // The person's one try outside the back-off, and no more.
    for (let n = 0; n < 4; n += 1) expect((await refresh()).status).toBe(503);
    expect(await refreshesSent(world)).toEqual([2]);
    expect(await asked(world, 'redirect_target')).toBe(0);

    // Expired, and not before the step is over: the same token, byte for byte, and it is good.
    await world.sidecar().setClock(hour + 1_000);
    expect(await isServed(world)).toBe(true);
    expect(await refreshesSent(world)).toEqual([3]);
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
  });

  it('F20 holds to Retry-After', async () => {
    await scripted({ kind: 'status', status: 429, retryAfterSeconds: 1_800 });
    for (const seconds of [0, 60, 1_790]) {
      await world.sidecar().setClock(hour + seconds * 1_000);
      expect(await isServed(world)).toBe(false);
      expect(await refreshesSent(world)).toEqual([1]);
    }
    await world.sidecar().setClock(hour + 1_805_000);
    expect(await isServed(world)).toBe(true);
    expect(await refreshesSent(world)).toEqual([2]);
  });

  it('F20 tries once per step where the access token has ended, whoever asks', async () => {
    await scripted({ kind: 'status', status: 503 }, 99);
    const sentAfter: number[] = [];
    for (const seconds of [0, 1, 2, 7, 8, 26, 27, 82]) {
      await world.sidecar().setClock(hour + seconds * 1_000);
      for (let n = 0; n < 3; n += 1) expect(await isServed(world)).toBe(false);
      sentAfter.push((await refreshesSent(world))[0] ?? 0);
    }
    // Steps of 5, 15 and 45 s, each a fifth longer at the most.
    expect(sentAfter).toEqual([1, 1, 1, 2, 2, 3, 3, 4]);
    // What is known to have ended was not sent to the service.
    expect(await askedWithCredential(world, 'models')).toBe(0);
    await world.trouble.post('faults', { on: 'token', kind: 'clear' });
    await world.sidecar().setClock(2 * hour);
    expect(await isServed(world)).toBe(true);
    expect(await refreshesSent(world)).toEqual([5]);
  });
});

describe('a refresh that is refused', () => {
  it('F19 as invalid_grant ends the sign-in, at once and for good', async () => {
    await scripted({ kind: 'invalid_grant' });
    expect(await codeOf(refresh())).toEqual([409, 'reauthorization_required']);
    expect(await statusOf(world.sidecar())).toMatchObject({
      state: 'reauthorization_required',
      lastError: 'reauthorization_required',
      refreshable: false,
    });
    expect(await reasonOfSignIn()).toBe('refresh_rejected');
    expect(await codeOf(refresh())).toEqual([409, 'reauthorization_required']);
    expect(await isServed(world)).toBe(false);
    expect(await refreshesSent(world)).toEqual([1]);
  });

  it.each(['invalid_client', 'unauthorized_client', 'invalid_request', 'anthropic_error'])(
    'F21 as %s keeps the tokens, says misconfigured, and is tried five times an hour at most',
    async (kind) => {
      await scripted({ kind }, 99);
      expect(await codeOf(refresh())).toEqual([502, 'misconfigured']);
      expect((await statusOf(world.sidecar())).state).toBe('misconfigured');
      expect(await isServed(world)).toBe(true);
      for (let minutes = 60; minutes < 120; minutes += 5) {
        await world.sidecar().setClock(minutes * 60_000);
        expect(await codeOf(refresh())).toEqual([502, 'misconfigured']);
        expect(await isServed(world)).toBe(false);
      }
      const [sent = 0] = await refreshesSent(world);
      expect(sent).toBeGreaterThan(2);
      // The first one was an hour before the others.
      expect(sent).toBeLessThanOrEqual(6);
      await world.trouble.post('faults', { on: 'token', kind: 'clear' });
      await world.sidecar().setClock(4 * hour);
      expect(await codeOf(refresh())).toEqual([200, 'signed_in']);
      expect(await refreshesSent(world)).toEqual([sent + 1]);
    },
  );
});

describe('a refresh that brings less', () => {
  it('F22 than a new refresh token keeps the old one', async () => {
    await scripted({ kind: 'no_refresh_token' });
    expect(await codeOf(refresh())).toEqual([200, 'signed_in']);
    expect((await statusOf(world.sidecar())).refreshable).toBe(true);
    expect(await codeOf(refresh())).toEqual([200, 'signed_in']);
    expect(await refreshesSent(world)).toEqual([2]);
  });

  it('F23 than the whole scope is stored as it is', async () => {
    expect((await statusOf(world.sidecar())).scopes).toContain('user:inference');
    await scripted({ kind: 'smaller_scope' });
    expect(await codeOf(refresh())).toEqual([200, 'signed_in']);
    expect((await statusOf(world.sidecar())).scopes).toEqual(['user:profile']);
  });
});

describe('the clock of the machine', () => {
  it.each([
    ['two hours ahead', 2 * hour],
    ['two hours behind', -2 * hour],
    ['twelve hours later, after a sleep', 12 * hour],
  ])(
    'F34 %s costs at most one refresh, and nothing that is known to have ended is used',
    async (_name, shiftMs) => {
      await world.sidecar().setClock(shiftMs);
      await Promise.all(Array.from({ length: 8 }, () => isServed(world)));
      await world.sidecar().setClock(0);
      await Promise.all(Array.from({ length: 8 }, () => isServed(world)));
      expect(await isServed(world)).toBe(true);
      expect((await refreshesSent(world)).length).toBeLessThanOrEqual(1);
      const { refresh: sent } = await world.trouble.requests();
      expect(sent.resent).toBe(0);
      expect((await statusOf(world.sidecar())).state).toBe('signed_in');
    },
  );
});
