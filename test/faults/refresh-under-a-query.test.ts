import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './harness/ask.ts';
import { asked, freshSignIn, openWorld, refreshesSent, type World } from './harness/open-world.ts';

const hour = 3_600_000;

let world: World;
beforeAll(async () => {
  world = await openWorld({ agent: true });
});
afterAll(() => world.close());

/** A new sign-in, a key beside it or not, and trouble that the next refreshes meet. */
async function prepare(apiKey: string | null, fault: Readonly<Record<string, unknown>>): Promise<void> {
  await freshSignIn(world);
  const saved = await world.sidecar().call('POST', '/settings', { apiKey });
  if (saved.status !== 200) throw new Error(saved.text);
  await world.trouble.post('faults', { on: 'token', grant: 'refresh_token', ...fault });
}

describe('a query whose sign-in cannot be renewed', () => {
  it.each([
    ['F19', 'ends with invalid_grant', { kind: 'invalid_grant' }],
    ['F20', 'is not renewed by a server that is busy', { kind: 'status', status: 503, times: 99 }],
  ])('%s %s: the next kind answers it', async (_number, _what, fault) => {
    await prepare(world.sandbox.apiKey, fault);
    await world.sidecar().setClock(hour + 1_000);
    const heard = await ask(world.sidecar(), 'Hello there');
    expect(heard).toMatchObject({ status: 200, code: null, kinds: ['api_key'] });
    expect(heard.text).toContain('Hello there');
    expect(await refreshesSent(world)).toEqual([1]);
  });

  it('F19 and has nothing beside it is 409 before anything streams', async () => {
    await prepare(null, { kind: 'invalid_grant' });
    await world.sidecar().setClock(hour + 1_000);
    for (let n = 0; n < 2; n += 1)
      expect(await ask(world.sidecar(), 'Hello there')).toMatchObject({
        status: 409,
        code: 'reauthorization_required',
      });
    expect(await refreshesSent(world)).toEqual([1]);
    expect(await asked(world, 'messages')).toBe(0);
  });

  it('F20 and has nothing beside it is 503 with Retry-After, and goes on as soon as the server does', async () => {
    await prepare(null, { kind: 'status', status: 503, retryAfterSeconds: 120 });
    await world.sidecar().setClock(hour + 1_000);
    const heard = await ask(world.sidecar(), 'Hello there');
    expect(heard).toMatchObject({ status: 503, code: 'refresh_unavailable' });
    expect(Number(heard.retryAfter)).toBeGreaterThan(100);
    await world.sidecar().setClock(hour + 125_000);
    expect(await ask(world.sidecar(), 'Hello there')).toMatchObject({
      status: 200,
      code: null,
      kinds: ['oauth'],
    });
    expect(await refreshesSent(world)).toEqual([2]);
  });

  it('F24 and may have been spent is used to its end, and the query does not notice', async () => {
    await prepare(null, { kind: 'reset_after_processing' });
    expect((await world.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(503);
    expect(await ask(world.sidecar(), 'Hello there')).toMatchObject({
      status: 200,
      code: null,
      kinds: ['oauth'],
    });
    await world.sidecar().setClock(hour + 10_000);
    expect(await ask(world.sidecar(), 'Hello there')).toMatchObject({
      status: 409,
      code: 'reauthorization_required',
    });
    expect(await refreshesSent(world)).toEqual([2]);
  });

  it('F23 came back with a smaller scope: the next kind answers it, without a loop', async () => {
    await prepare(world.sandbox.apiKey, { kind: 'smaller_scope' });
    expect((await world.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
    const heard = await ask(world.sidecar(), 'Hello there');
    expect(heard).toMatchObject({ status: 200, code: null, kinds: ['oauth', 'api_key'] });
    const { counts } = await world.trouble.requests();
    // One refusal, and no refresh: a new token would not have more scope.
    expect(counts['messages']).toMatchObject({ permission_error: 1 });
    expect(await refreshesSent(world)).toEqual([1]);
  });
});
