import { approveOverHttp } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  approved,
  asked,
  begin,
  follow,
  openWorld,
  signIn,
  statusOf,
  type World,
} from './harness/open-world.ts';
import { rawExchange } from './harness/raw-exchange.ts';
import type { Sidecar } from './harness/start-sidecar.ts';

let world: World;
let sidecar: Sidecar;
beforeAll(async () => {
  world = await openWorld();
  sidecar = world.sidecar();
});
afterAll(() => world.close());

const codesSent = (): Promise<number> => asked(world, 'token:authorization_code');
const tampered = (redirect: URL, change: (parameters: URLSearchParams) => void): URL => {
  const url = new URL(redirect);
  change(url.searchParams);
  return url;
};
const signedOut = async (): Promise<void> => {
  await sidecar.call('POST', '/auth/anthropic/logout');
};

describe('a callback whose state is not the right one', () => {
  it('F01 is refused, spends nothing, and the right one still succeeds, however many wrong ones came', async () => {
    await signedOut();
    const redirect = await approved(sidecar);
    const before = await codesSent();
    const wrongs = [
      tampered(redirect, (parameters) => parameters.set('state', 'wrong')),
      tampered(redirect, (parameters) => parameters.delete('state')),
      tampered(redirect, (parameters) => parameters.set('state', '')),
      tampered(redirect, (parameters) => parameters.set('state', 'x'.repeat(4096))),
    ];
    const statuses: number[] = [];
    for (let round = 0; round < 6; round += 1)
      for (const wrong of wrongs) statuses.push((await follow(wrong)).status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 400));
    expect(statuses.slice(20)).toEqual(Array.from({ length: 4 }, () => 429));
    expect((await statusOf(sidecar)).state).toBe('pending');
    expect(await codesSent()).toBe(before);
    expect((await follow(redirect)).status).toBe(200);
    expect((await statusOf(sidecar)).state).toBe('signed_in');
  });
});

describe('a callback that nothing waits for', () => {
  it('F02 sends no token request: the right one a second time, and one out of nowhere', async () => {
    await signedOut();
    const redirect = await approved(sidecar);
    expect((await follow(redirect)).status).toBe(200);
    const before = await codesSent();
    expect((await follow(redirect)).status).toBe(400);
    await signedOut();
    expect((await follow(redirect)).status).toBe(400);
    expect((await follow(`${sidecar.url}/auth/anthropic/callback?code=x&state=y`)).status).toBe(400);
    expect(await codesSent()).toBe(before);
    expect((await statusOf(sidecar)).state).toBe('signed_out');
  });
});

describe('a callback with the right state', () => {
  it.each(['code', 'state', 'iss'])('F03 that repeats %s sends no token request', async (name) => {
    await signedOut();
    const redirect = await approved(sidecar);
    const before = await codesSent();
    const again = redirect.searchParams.get(name) ?? '';
    const repeated = tampered(redirect, (parameters) => parameters.append(name, again));
    const other = tampered(redirect, (parameters) => parameters.append(name, 'other'));
    expect((await follow(repeated)).status).toBe(400);
    expect((await follow(other)).status).toBe(400);
    expect(await codesSent()).toBe(before);
  });

  it.each([
    ['of another server', (parameters: URLSearchParams) => parameters.set('iss', 'https://other.example')],
    ['missing although it was promised', (parameters: URLSearchParams) => parameters.delete('iss')],
  ])('F04 and an iss %s ends the sign-in and sends no token request', async (_name, change) => {
    await signedOut();
    const redirect = await approved(sidecar);
    const before = await codesSent();
    expect((await follow(tampered(redirect, change))).status).toBe(400);
    expect(await statusOf(sidecar)).toMatchObject({ state: 'signed_out', lastError: 'issuer_mismatch' });
    expect((await follow(redirect)).status).toBe(400);
    expect(await codesSent()).toBe(before);
  });

  it('F05 and access_denied is a sign-out with its reason; with a wrong state it is a stray', async () => {
    await signedOut();
    const denied = new URL(await approveOverHttp(await begin(sidecar), { decision: 'deny' }));
    expect(denied.searchParams.get('error')).toBe('access_denied');
    expect((await follow(tampered(denied, (parameters) => parameters.set('state', 'wrong')))).status).toBe(
      400,
    );
    expect((await statusOf(sidecar)).state).toBe('pending');
    expect((await follow(denied)).status).toBe(400);
    expect(await statusOf(sidecar)).toMatchObject({ state: 'signed_out', lastError: 'access_denied' });
  });
});

describe('a callback that tries to write our page or our log', () => {
  it('F06 gets the same bytes as any other refusal, under a policy that runs nothing', async () => {
    await begin(sidecar);
    const callback = `${sidecar.url}/auth/anthropic/callback`;
    const plain = await fetch(`${callback}?state=wrong`);
    const page = await plain.text();
    const tricks = [
      'error=x&error_description=%3Cscript%3Ealert(%22canary%22)%3C/script%3E',
      'error=access_denied%0d%0aset-cookie:%20canary=1',
      'error_description=%0d%0a%0d%0a{"level":60,"msg":"canary"}',
      'state=canary%00%ff%e2%80%ae',
    ];
    for (const trick of tricks) {
      const response = await fetch(`${callback}?${trick}`);
      expect([response.status, await response.text()]).toEqual([400, page]);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(response.headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*sandbox|sandbox.*default-src 'none'/,
      );
    }
    expect(page).not.toContain('canary');
    // Logs are lines of JSON: nothing that came breaks out of its line, or is in it at all.
    const lines = sidecar
      .log()
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(sidecar.log()).not.toContain('canary');
  });

  it('F06 may be as long as it likes', async () => {
    const { host } = new URL(sidecar.url);
    const head = `GET /auth/anthropic/callback?error_description=${'canary'.repeat(11_000)}`;
    const answer = await rawExchange(
      sidecar.url,
      `${head} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|431) /);
    expect(answer).not.toContain('canary');
    const split = await rawExchange(
      sidecar.url,
      `GET /auth/anthropic/callback?error=a\r\nInjected: canary HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(split).not.toContain('canary');
    expect(split).not.toMatch(/^HTTP\/1\.1 2/);
  });
});

describe('a callback that is no navigation', () => {
  it('F08 spends nothing: HEAD, a form, a browser that looks ahead', async () => {
    await signedOut();
    const redirect = await approved(sidecar);
    const before = await codesSent();
    expect((await fetch(redirect, { method: 'HEAD' })).status).toBe(405);
    const form = await fetch(redirect, { method: 'POST', body: new URLSearchParams({ code: 'x' }) });
    expect(form.status).toBe(415);
    for (const name of ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'])
      expect((await fetch(redirect, { headers: { [name]: 'prefetch' } })).status).toBe(204);
    expect((await fetch(redirect, { headers: { 'sec-purpose': 'prefetch;prerender' } })).status).toBe(204);
    expect((await statusOf(sidecar)).state).toBe('pending');
    expect(await codesSent()).toBe(before);
    expect((await follow(redirect)).status).toBe(200);
  });
});

describe('two sign-ins at once', () => {
  it('F11 are one: the second is told, or takes over, and only its state counts', async () => {
    await signedOut();
    const [one, other] = await Promise.all([
      sidecar.call('GET', '/auth/anthropic/start'),
      sidecar.call('GET', '/auth/anthropic/start'),
    ]);
    expect([one.status, other.status].toSorted()).toEqual([200, 409]);
    expect([one, other].find(({ status }) => status === 409)?.body['code']).toBe('sign_in_in_progress');
    const first = new URL(
      await approveOverHttp(String((one.status === 200 ? one : other).body['authorizationUrl'])),
    );
    const second = await approved(sidecar);
    expect((await follow(first)).status).toBe(400);
    expect((await follow(second)).status).toBe(200);
    expect((await statusOf(sidecar)).state).toBe('signed_in');
  });

  const meanwhiles: readonly (readonly [name: string, meanwhile: () => Promise<unknown>, state: string])[] = [
    ['a newer sign-in that is complete', () => signIn(sidecar), 'signed_in'],
    ['a newer sign-in that waits', () => begin(sidecar), 'pending'],
    ['a cancel', () => sidecar.call('POST', '/auth/anthropic/cancel'), 'signed_out'],
    ['a sign-out', signedOut, 'signed_out'],
  ];
  it.each(meanwhiles)(
    'F11 the tokens of a slow exchange are not kept after %s, and are revoked',
    async (_name, meanwhile, state) => {
      await signedOut();
      await world.trouble.post('reset', {});
      const redirect = await approved(sidecar);
      await world.trouble.post('faults', {
        on: 'token',
        kind: 'delay',
        delayMs: 1_500,
        grant: 'authorization_code',
      });
      const slow = follow(redirect);
      await expect.poll(codesSent).toBe(1);
      await meanwhile();
      expect((await slow).status).toBe(400);
      expect((await statusOf(sidecar)).state).toBe(state);
      const ended = async () => (await world.trouble.requests()).familiesEnded;
      await expect.poll(ended).toMatchObject({ revocation: 1 });
      // What was complete meanwhile is untouched by the late one.
      if (state === 'signed_in')
        expect((await sidecar.call('POST', '/auth/anthropic/refresh')).status).toBe(200);
    },
  );
});
