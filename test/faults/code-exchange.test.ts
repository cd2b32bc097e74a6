import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approved, asked, follow, openWorld, signIn, statusOf, type World } from './harness/open-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(async () => {
  await world.sidecar().call('POST', '/auth/anthropic/logout');
  await world.trouble.post('reset', {});
});
afterAll(() => world.close());

/** Signs in into scripted trouble: the page's status, how Postern stands then, and how often a code was sent. */
async function signInInto(fault: Readonly<Record<string, unknown>>) {
  const redirect = await approved(world.sidecar());
  await world.trouble.post('faults', { on: 'token', grant: 'authorization_code', ...fault });
  const { status } = await follow(redirect);
  // The same answer again finds nothing that waits.
  expect((await follow(redirect)).status).toBe(400);
  const { state, lastError } = await statusOf(world.sidecar());
  return { status, state, lastError, sent: await asked(world, 'token:authorization_code') };
}

const failed = (lastError: string) => ({ status: 400, state: 'signed_out', lastError, sent: 1 });

describe('a code that brings no token', () => {
  it('F13 because it is refused, is not sent again', async () => {
    expect(await signInInto({ kind: 'invalid_grant' })).toEqual(failed('code_rejected'));
  });

  it('F13 because the installation is refused, says that', async () => {
    expect(await signInInto({ kind: 'invalid_client' })).toEqual(failed('misconfigured'));
  });

  it.each([
    { kind: 'reset' },
    { kind: 'reset_after_processing' },
    { kind: 'status', status: 502 },
    { kind: 'status', status: 504 },
  ])('F14 because the answer is lost by %j, is not sent again', async (fault) => {
    expect(await signInInto(fault)).toEqual(failed('exchange_ambiguous'));
  });
});

describe('an answer to a code that is no token response', () => {
  it.each([
    ['F15', { kind: 'no_access_token' }],
    ['F15', { kind: 'empty_token' }],
    ['F15', { kind: 'not_json' }],
    ['F15', { kind: 'html' }],
    ['F15', { kind: 'array' }],
    ['F15', { kind: 'cut_off' }],
    ['F15', { kind: 'error_in_200' }],
    ['F15', { kind: 'oversize' }],
    ['F16', { kind: 'wrong_token_type', value: null }],
    ['F16', { kind: 'wrong_token_type', value: 'mac' }],
    ['F16', { kind: 'wrong_token_type', value: 'DPoP' }],
    ['F17', { kind: 'bad_expires_in', value: -1 }],
    ['F17', { kind: 'bad_expires_in', value: 'abc' }],
  ])('%s %j signs nobody in', async (_number, fault) => {
    expect(await signInInto(fault)).toEqual(failed('token_response_invalid'));
  });

  it.each([301, 302, 307, 308])('F18 a %d to another host is not followed', async (status) => {
    expect(await signInInto({ kind: 'redirect', status })).toEqual(failed('token_response_invalid'));
    expect(await asked(world, 'redirect_target')).toBe(0);
  });
});

describe('a life that is unusual', () => {
  it.each([
    ['1e300 is a year', 1e300, 365 * 24 * 3600],
    ['a missing one is 300 s', null, 300],
  ])('F17 of %s', async (_name, value, seconds) => {
    const before = Date.now();
    await world.trouble.post('faults', {
      on: 'token',
      grant: 'authorization_code',
      kind: 'bad_expires_in',
      value,
    });
    await signIn(world.sidecar());
    const { state, expiresAt } = await statusOf(world.sidecar());
    expect(state).toBe('signed_in');
    const life = (Date.parse(expiresAt ?? '') - before) / 1000;
    expect(life).toBeGreaterThan(seconds - 5);
    expect(life).toBeLessThan(seconds + 60);
  });
});
